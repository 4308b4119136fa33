import type { CstNode } from 'chevrotain';
import type { ColumnDefinition, Property, SourceKind, TypeNode } from './ast.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';
import { buildLiteral } from './build-literals.js';
import { buildType } from './build-types.js';
import { printType } from './print-type.js';
import { QuotedIdentifier, StringValue } from './tokens.js';

const HEADERS_TYPE = 'ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>>';

/** Columns of a stream or table: each name once, and the right kind of key. */
export function buildColumns(context: BuildContext, node: CstNode | null, sourceKind: SourceKind): ColumnDefinition[] {
  if (node === null) return [];
  const columns = cst.children(node, 'columnDefinition').map((each) => buildColumnDefinition(context, each));
  columns.forEach((column) => checkKeyKind(column, sourceKind));
  const repeated = columns.find((column, index) => columns.findIndex((each) => each.name === column.name) !== index);
  if (repeated !== undefined) throw cst.prepareError(repeated.span, `Duplicate column names: \`${repeated.name}\``, 'Give each column a name of its own.');
  return columns;
}

export function buildColumnDefinition(context: BuildContext, node: CstNode): ColumnDefinition {
  const name = cst.nameOf(context, cst.token(node, 'newColumn'));
  const type = buildType(context, cst.child(node, 'type'));
  const header = cst.optionalToken(node, 'header');
  const headerKey = header === null ? null : cst.unquote(header.image);
  const role = roleOf(node);
  checkHeaderType(role, headerKey, type);
  return { kind: 'columnDefinition', name, type, role, headerKey, span: cst.nodeSpan(context, node) };
}

function roleOf(node: CstNode): ColumnDefinition['role'] {
  if (cst.has(node, 'primary')) return 'PRIMARY KEY';
  if (cst.has(node, 'key')) return 'KEY';
  if (cst.has(node, 'headers')) return 'HEADERS';
  return cst.has(node, 'header') ? 'HEADER' : 'VALUE';
}

function checkKeyKind(column: ColumnDefinition, sourceKind: SourceKind): void {
  const wrong = sourceKind === 'TABLE' ? 'KEY' : 'PRIMARY KEY';
  if (column.role !== wrong) return;
  const right = sourceKind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  const { line, column: offset } = column.span;
  throw cst.prepareError(
    column.span,
    `Line: ${line}, Col: ${offset + 1}: Column \`${column.name}\` is a '${wrong}' column: please use '${right}' for ${sourceKind.toLowerCase()}s.\n` +
      'Tables have PRIMARY KEYs, which are unique and NON NULL.\nStreams have KEYs, which have no uniqueness or NON NULL constraints.',
    `Write ${right} instead of ${wrong}.`,
  );
}

/** Types known by a custom name are checked where the name is resolved. */
function checkHeaderType(role: ColumnDefinition['role'], headerKey: string | null, type: TypeNode): void {
  if (type.kind === 'namedType') return;
  const shown = printType(type, (name) => `\`${name}\``);
  if (role === 'HEADER' && shown !== 'BYTES') {
    throw cst.prepareError(type.span, `Invalid type for HEADER('${headerKey}') column: expected BYTES, got ${shown}`, 'Declare it as BYTES.');
  }
  if (role === 'HEADERS' && !mayBeHeaders(type)) {
    throw cst.prepareError(type.span, `Invalid type for HEADERS column: expected ${HEADERS_TYPE}, got ${shown}`, 'Declare it as ARRAY<STRUCT<key STRING, value BYTES>>.');
  }
}

function mayBeHeaders(type: TypeNode): boolean {
  if (type.kind !== 'arrayType') return false;
  if (type.item.kind === 'namedType') return true;
  if (type.item.kind !== 'structType' || type.item.fields.length !== 2) return false;
  const [key, value] = type.item.fields;
  return key?.name === 'KEY' && isOrMayBe(key.type, 'STRING') && value?.name === 'VALUE' && isOrMayBe(value.type, 'BYTES');
}

function isOrMayBe(type: TypeNode, kind: 'STRING' | 'BYTES'): boolean {
  return type.kind === 'namedType' || (type.kind === 'primitiveType' && type.type.kind === kind);
}

/** WITH properties, whose names do not depend on case. */
export function buildProperties(context: BuildContext, node: CstNode | null): Property[] {
  return buildConnectorProperties(context, node).map((property) => ({ ...property, name: property.name.toUpperCase() }));
}

/** Properties of connectors: names in quotes stay as they are. */
export function buildConnectorProperties(context: BuildContext, node: CstNode | null): Property[] {
  if (node === null) return [];
  return cst.children(node, 'property').map((each) => {
    const name = cst.token(each, 'property');
    return {
      kind: 'property',
      name: name.tokenType === StringValue || name.tokenType === QuotedIdentifier ? cst.unquote(name.image) : cst.nameOf(context, name),
      value: buildLiteral(context, cst.child(each, 'literal')),
      span: cst.nodeSpan(context, each),
    };
  });
}
