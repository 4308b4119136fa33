import type { CstNode } from 'chevrotain';
import {
  BIGINT, BOOLEAN, BYTES, DATE, DOUBLE, INTEGER, STRING, TIME, TIMESTAMP, type SqlType,
} from '../types/index.js';
import { joinSpans, nodeSpan, nameOf, prepareError, token, child, children, optionalChild, tokens, tokenSpan, type BuildContext } from './cst.js';
import type { TypeNode } from './ast.js';
import { buildWhole } from './build-literals.js';

const PRIMITIVES: ReadonlyMap<string, SqlType> = new Map([
  ['BOOLEAN', BOOLEAN], ['INTEGER', INTEGER], ['INT', INTEGER], ['BIGINT', BIGINT], ['DOUBLE', DOUBLE], ['STRING', STRING],
  ['VARCHAR', STRING], ['BYTES', BYTES], ['DATE', DATE], ['TIME', TIME], ['TIMESTAMP', TIMESTAMP],
]);

/** The built-in type of a name, if it is one. */
export function primitiveType(name: string): SqlType | undefined {
  return PRIMITIVES.get(name);
}

export function buildType(context: BuildContext, node: CstNode): TypeNode {
  const base = buildBaseType(context, node);
  return tokens(node, 'arraySuffix').reduce<TypeNode>(
    (item, suffix) => ({ kind: 'arrayType', item, span: joinSpans(item.span, tokenSpan(context, suffix)) }),
    base,
  );
}

function buildBaseType(context: BuildContext, node: CstNode): TypeNode {
  const array = optionalChild(node, 'arrayType');
  if (array !== null) return { kind: 'arrayType', item: buildType(context, child(array, 'type')), span: nodeSpan(context, array) };
  const map = optionalChild(node, 'mapType');
  if (map !== null) return buildMapType(context, map);
  const struct = optionalChild(node, 'structType');
  if (struct !== null) return buildStructType(context, struct);
  const decimal = optionalChild(node, 'decimalType');
  if (decimal !== null) return buildDecimalType(context, decimal);
  return buildNamedType(context, child(node, 'namedType'));
}

function buildMapType(context: BuildContext, node: CstNode): TypeNode {
  const [key, value] = children(node, 'type').map((each) => buildType(context, each));
  if (key === undefined || value === undefined) throw new RangeError('mapType');
  return { kind: 'mapType', key, value, span: nodeSpan(context, node) };
}

function buildStructType(context: BuildContext, node: CstNode): TypeNode {
  const fields = children(node, 'field').map((field) => ({
    name: nameOf(context, token(field, 'name')),
    type: buildType(context, child(field, 'type')),
  }));
  return { kind: 'structType', fields, span: nodeSpan(context, node) };
}

function buildDecimalType(context: BuildContext, node: CstNode): TypeNode {
  const precision = buildWhole(context, child(node, 'precision'), 'DECIMAL');
  const scale = buildWhole(context, child(node, 'scale'), 'DECIMAL');
  const span = nodeSpan(context, node);
  const shown = `DECIMAL(${precision},${scale})`;
  if (precision < 1) throw prepareError(span, `DECIMAL precision must be >= 1: ${shown}`, 'Write DECIMAL(precision, scale) with a precision of 1 to 38.');
  if (scale < 0) throw prepareError(span, `DECIMAL scale must be >= 0: ${shown}`, 'Write DECIMAL(precision, scale) with a scale from 0 on.');
  if (precision < scale) throw prepareError(span, `DECIMAL precision must be >= scale: ${shown}`, 'Write DECIMAL(precision, scale) with a scale up to the precision.');
  return { kind: 'decimalType', precision, scale, span };
}

/** Parameters of a named type, as in `VARCHAR(10)`, mean nothing. */
function buildNamedType(context: BuildContext, node: CstNode): TypeNode {
  const name = nameOf(context, token(node, 'type'));
  const span = nodeSpan(context, node);
  const primitive = primitiveType(name);
  return primitive === undefined ? { kind: 'namedType', name, span } : { kind: 'primitiveType', type: primitive, span };
}
