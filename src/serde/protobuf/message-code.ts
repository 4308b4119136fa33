import type { Column, SqlValue } from '../../types/index.js';
import { BinaryCode, type FastRead } from '../binary-code.js';
import type { ColumnValues } from '../column-values.js';
import { fieldDecodes, type FieldDecode } from './decode.js';
import { wireOf } from './scalars.js';
import type { ProtoField, ProtoMessage, Scalar } from './schema.js';
import { FIXED32, FIXED64, LENGTH, VARINT, type ProtoSource } from './source.js';

/** Tags of two bytes at most are told apart in place. */
const MAX_NUMBER = 2047;

interface Target {
  readonly index: number;
  readonly column: Column;
  readonly isUsed: boolean;
  readonly decode: FieldDecode;
}

/**
 * Code for messages of one type: scalars are read in place, the rest by the general decoders; a field that the type lacks, or one
 * of another wire type, is left to the general reader.
 */
export function compileMessageCode(message: ProtoMessage, columns: readonly Column[], used: readonly boolean[], slots: ColumnValues): FastRead<ProtoSource> {
  const code = new BinaryCode(slots);
  const { byNumber, decodes } = fieldDecodes(message, columns);
  decodes.forEach((decode, index) => emitInitial(code, index, decode));
  code.line('while (p < end) {', 'n = b[p++]; if (n > 127) { c = b[p++]; if (c > 127) return false; n = (n & 127) | (c << 7); }', 'switch (n) {');
  for (const field of message.fields) {
    const targets = byNumber.get(field.number) ?? [];
    if (field.number > MAX_NUMBER || targets.length > 1) continue;
    const [first] = targets;
    const column = columns[first?.index ?? -1];
    const target = first === undefined || column === undefined ? null : { ...first, column, isUsed: used[first.index] === true };
    emitField(code, field, target);
  }
  code.line('default: return false;', '}', '}');
  return code.build<ProtoSource>();
}

/** A value that every record may share is kept; one that grows with the record is made each time. */
function emitInitial(code: BinaryCode, index: number, decode: FieldDecode | null): void {
  const initial = decode === null ? 'null' : decode.isFreshInitial ? `${code.constant(decode.initial)}()` : code.constant(decode.initial());
  code.line(`values[${index}] = ${initial}; starts[${index}] = -1;`);
}

function emitField(code: BinaryCode, field: ProtoField, target: Target | null): void {
  const scalar = field.type.kind === 'scalar' && !field.isRepeated ? field.type.scalar : null;
  const wire = scalar === null ? wireOfType(field) : wireOf(scalar);
  code.line(`case ${field.number * 8 + wire}:`);
  if (target === null) emitSkip(code, wire);
  else if (scalar === null || !emitScalar(code, scalar, target)) emitGeneral(code, target, wire, 'p');
  code.line('break;');
}

/** Repeated numbers may come packed or not: the packed form is the usual one. */
function wireOfType(field: ProtoField): number {
  if (field.type.kind === 'message' || field.isRepeated) return LENGTH;
  return VARINT;
}

function emitSkip(code: BinaryCode, wire: number): void {
  switch (wire) {
    case VARINT:
      return code.skipVarint();
    case FIXED64:
      return code.line('p += 8;');
    case FIXED32:
      return code.line('p += 4;');
    default:
      code.shortVarint();
      code.line('if (n < 0) return false;', 'p += n;');
  }
}

/** False: the general decoder must do it. */
function emitScalar(code: BinaryCode, scalar: Scalar, target: Target): boolean {
  const { index, column, isUsed } = target;
  const isWhole = column.type.kind === 'INTEGER' || column.type.kind === 'BIGINT';
  switch (scalar) {
    case 'int32': case 'int64': case 'uint32': case 'uint64':
      if (!isWhole) return false;
      if (!isUsed) {
        code.skipVarint();
        return true;
      }
      code.shortVarint();
      code.line('if (n < 0) {');
      emitGeneral(code, target, VARINT, 'q');
      code.line(`} else values[${index}] = n;`);
      return true;
    case 'double':
      if (column.type.kind !== 'DOUBLE') return false;
      code.line('p += 8; if (p > end) return false;');
      if (isUsed) code.line(`values[${index}] = b.readDoubleLE(p - 8);`);
      return true;
    case 'bool':
      if (column.type.kind !== 'BOOLEAN') return false;
      code.line('c = b[p++]; if (c > 127) return false;', `values[${index}] = c !== 0;`);
      return true;
    case 'string':
      code.shortVarint();
      code.line('if (n < 0) return false;', 'q = p; p += n;');
      if (isUsed) code.line(`starts[${index}] = q; ends[${index}] = p;`);
      return true;
    default:
      return false;
  }
}

function emitGeneral(code: BinaryCode, { index, decode }: Target, wire: number, start: string): void {
  const read = code.constant((source: ProtoSource, before: SqlValue) => decode.read(source, wire, before));
  code.general(start, `${read}(source, values[${index}])`, (call) => `values[${index}] = ${call}; starts[${index}] = -1;`);
}
