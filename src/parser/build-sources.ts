import type { CstNode } from 'chevrotain';
import type {
  AlterSource, AlterSystem, CreateAsSelect, CreateConnector, CreateSource, CreateType, Expression, Identifier, InsertSelect, InsertValues, Query,
  SourceKind, Statement,
} from './ast.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';
import { buildColumns, buildConnectorProperties, buildProperties } from './build-columns.js';
import { buildValue } from './build-expressions.js';
import { buildSourceName } from './build-names.js';
import { buildQuery } from './build-queries.js';
import { buildType } from './build-types.js';

export function sourceKindOf(node: CstNode): SourceKind {
  return cst.token(cst.child(node, 'sourceKind'), 'word').image.toUpperCase() === 'TABLE' ? 'TABLE' : 'STREAM';
}

/** `create`, in all its forms. */
export function buildCreate(context: BuildContext, node: CstNode): Statement {
  const span = cst.nodeSpan(context, node);
  const type = cst.optionalChild(node, 'createType');
  if (type !== null) return buildCreateType(context, type, span);
  const connector = cst.optionalChild(node, 'createConnector');
  if (connector !== null) return buildCreateConnector(context, connector, span, cst.has(node, 'sink') ? 'SINK' : 'SOURCE');
  const flags: CreateFlags = { span, orReplace: cst.has(node, 'orReplace'), readOnly: cst.has(node, 'readOnly') };
  return buildCreateSource(context, cst.optionalChild(node, 'createReadOnly') ?? cst.child(node, 'createSource'), flags);
}

type CreateFlags = Pick<CreateSource, 'span' | 'orReplace' | 'readOnly'>;

function buildCreateSource(context: BuildContext, node: CstNode, flags: CreateFlags): CreateSource | CreateAsSelect {
  const { span, orReplace, readOnly } = flags;
  const sourceKind = sourceKindOf(node);
  const name = buildSourceName(context, cst.token(node, 'newSource'));
  const ifNotExists = cst.has(node, 'ifNotExists');
  const query = cst.optionalChild(node, 'query');
  const columns = query === null ? buildColumns(context, cst.optionalChild(node, 'columnDefinitions'), sourceKind) : [];
  const properties = buildProperties(context, cst.optionalChild(node, 'withClause'));
  if (query === null) return { kind: 'createSource', sourceKind, name, orReplace, ifNotExists, readOnly, columns, properties, span };
  return { kind: 'createAsSelect', sourceKind, name, orReplace, ifNotExists, properties, query: buildUnlimited(context, query, sourceKind), span };
}

function buildUnlimited(context: BuildContext, node: CstNode, sourceKind: SourceKind): Query {
  const query = buildQuery(context, node);
  if (query.limit === null) return query;
  throw cst.prepareError(query.span, `CREATE ${sourceKind} AS SELECT statements don't support LIMIT clause.`, 'Leave LIMIT out: a persistent query has no end.');
}

function buildCreateType(context: BuildContext, node: CstNode, span: CreateType['span']): CreateType {
  return {
    kind: 'createType',
    name: cst.nameOf(context, cst.token(node, 'newType')),
    ifNotExists: cst.has(node, 'ifNotExists'),
    type: buildType(context, cst.child(node, 'type')),
    span,
  };
}

function buildCreateConnector(
  context: BuildContext, node: CstNode, span: CreateConnector['span'], connectorKind: CreateConnector['connectorKind'],
): CreateConnector {
  return {
    kind: 'createConnector',
    connectorKind,
    name: cst.nameOf(context, cst.token(node, 'newConnector')),
    ifNotExists: cst.has(node, 'ifNotExists'),
    properties: buildConnectorProperties(context, cst.child(node, 'withClause')),
    span,
  };
}

/** `insert`: a query, or one row of values. */
export function buildInsert(context: BuildContext, node: CstNode): InsertSelect | InsertValues {
  const span = cst.nodeSpan(context, node);
  const target = buildSourceName(context, cst.token(node, 'source'));
  const query = cst.optionalChild(node, 'query');
  if (query !== null) {
    const properties = buildProperties(context, cst.optionalChild(node, 'withClause'));
    return { kind: 'insertSelect', target, properties, query: buildQuery(context, query), span };
  }
  const columns = buildColumnNames(context, node);
  const values = buildRow(context, node);
  if (columns.length > 0 && columns.length !== values.length) {
    throw cst.prepareError(span, `Expected number columns and values to match: ${columns.length}, ${values.length}`, 'Write as many values as columns.');
  }
  return { kind: 'insertValues', target, columns, values, span };
}

export function buildColumnNames(context: BuildContext, node: CstNode): Identifier[] {
  const names = cst.optionalChild(node, 'columnNames');
  if (names === null) return [];
  return cst.tokens(names, 'insertColumn').map((name) => ({ kind: 'identifier', name: cst.nameOf(context, name), span: cst.tokenSpan(context, name) }));
}

/** A row of values reads no source: no qualifier is valid in it. */
export function buildRow(context: BuildContext, node: CstNode): Expression[] {
  const list = cst.optionalChild(cst.child(node, 'valueRow'), 'valueList');
  if (list === null) return [];
  const inner: BuildContext = { ...context, qualifiers: new Set() };
  return cst.children(list, 'value').map((value) => buildValue(inner, value));
}

/** `drop`. */
export function buildDrop(context: BuildContext, node: CstNode): Statement {
  const span = cst.nodeSpan(context, node);
  const connector = cst.optionalChild(node, 'dropConnector');
  if (connector !== null) {
    return { kind: 'dropConnector', name: cst.nameOf(context, cst.token(connector, 'connector')), ifExists: cst.has(connector, 'ifExists'), span };
  }
  const type = cst.optionalChild(node, 'dropType');
  if (type !== null) return { kind: 'dropType', name: cst.nameOf(context, cst.token(type, 'type')), ifExists: cst.has(type, 'ifExists'), span };
  const source = cst.child(node, 'dropSource');
  return {
    kind: 'dropSource',
    sourceKind: sourceKindOf(source),
    name: buildSourceName(context, cst.token(source, 'source')),
    ifExists: cst.has(source, 'ifExists'),
    deleteTopic: cst.has(source, 'deleteTopic'),
    span,
  };
}

/** `alter`. */
export function buildAlter(context: BuildContext, node: CstNode): AlterSource | AlterSystem {
  const span = cst.nodeSpan(context, node);
  const system = cst.optionalChild(node, 'alterSystem');
  if (system !== null) {
    return { kind: 'alterSystem', name: cst.unquote(cst.token(system, 'setting').image), value: cst.unquote(cst.token(system, 'string').image), span };
  }
  const source = cst.child(node, 'alterSource');
  return {
    kind: 'alterSource',
    sourceKind: sourceKindOf(source),
    name: buildSourceName(context, cst.token(source, 'source')),
    columns: cst.children(source, 'addColumn').map((column) => ({
      name: cst.nameOf(context, cst.token(column, 'newColumn')),
      type: buildType(context, cst.child(column, 'type')),
      span: cst.nodeSpan(context, column),
    })),
    span,
  };
}
