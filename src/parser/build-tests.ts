import type { CstNode } from 'chevrotain';
import type { Statement } from './ast.js';
import { buildColumns, buildProperties } from './build-columns.js';
import { buildSourceName } from './build-names.js';
import { buildColumnNames, buildRow, sourceKindOf } from './build-sources.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';

/** `testAssert`: what only test scripts may say. */
export function buildTestAssert(context: BuildContext, node: CstNode): Statement {
  const span = cst.nodeSpan(context, node);
  const part = cst.optionalChild(node, 'assertValues') ?? cst.optionalChild(node, 'assertNullValues') ?? cst.child(node, 'assertSource');
  const source = buildSourceName(context, cst.token(part, 'source'));
  if (part.name === 'assertValues') {
    return { kind: 'assertValues', source, columns: buildColumnNames(context, part), values: buildRow(context, part), span };
  }
  if (part.name === 'assertNullValues') {
    return { kind: 'assertNullValues', source, columns: buildColumnNames(context, part), key: buildRow(context, part), span };
  }
  const sourceKind = sourceKindOf(part);
  return {
    kind: 'assertSource',
    sourceKind,
    name: source,
    columns: buildColumns(context, cst.optionalChild(part, 'columnDefinitions'), sourceKind),
    properties: buildProperties(context, cst.optionalChild(part, 'withClause')),
    span,
  };
}
