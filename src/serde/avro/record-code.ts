import type { Column, SqlType } from '../../types/index.js';
import { BinaryCode, type FastRead } from '../binary-code.js';
import type { ColumnValues } from '../column-values.js';
import { compileDecode, fieldTargets } from './decode.js';
import type { AvroRecord, AvroType } from './schema.js';
import { compileSkip } from './skip.js';
import type { AvroSource } from './source.js';

interface Target {
  readonly index: number;
  readonly type: SqlType;
  readonly isUsed: boolean;
}

/** Code for records written with one schema: fields of plain types are read in place, the rest by the general decoders. */
export function compileRecordCode(record: AvroRecord, columns: readonly Column[], used: readonly boolean[], slots: ColumnValues): FastRead<AvroSource> {
  const code = new BinaryCode(slots);
  const targets = fieldTargets(record, columns.map((column) => column.name));
  const filled = new Set(targets);
  columns.forEach((_, index) => {
    if (!filled.has(index)) code.line(`values[${index}] = null; starts[${index}] = -1;`);
  });
  record.fields.forEach((field, position) => {
    const index = targets[position] ?? -1;
    const column = columns[index];
    const target = column === undefined ? null : { index, type: column.type, isUsed: used[index] === true };
    emitField(code, field.type, target);
  });
  return code.build<AvroSource>();
}

/** A field, or one that may be null: its branch is one byte. */
function emitField(code: BinaryCode, type: AvroType, target: Target | null): void {
  if (type.kind !== 'union' || type.branches.length !== 2) return emitPlain(code, type, target);
  const nullAt = type.branches.findIndex((branch) => branch.kind === 'null');
  const inner = type.branches[1 - nullAt];
  if (nullAt < 0 || inner === undefined || inner.kind === 'null') return emitGeneral(code, type, target);
  code.line('c = b[p++];', `if (c === ${nullAt * 2}) {`);
  if (target !== null) code.line(`values[${target.index}] = null; starts[${target.index}] = -1;`);
  code.line(`} else if (c === ${(1 - nullAt) * 2}) {`);
  emitPlain(code, inner, target);
  code.line('} else return false;');
}

function emitPlain(code: BinaryCode, type: AvroType, target: Target | null): void {
  switch (type.kind) {
    case 'string':
      return target === null || target.type.kind === 'STRING' ? emitText(code, target) : emitGeneral(code, type, target);
    case 'int':
      return isPlainInt(type.logical, target) ? emitWhole(code, type, target) : emitGeneral(code, type, target);
    case 'long':
      return isPlainLong(type.logical, target) ? emitWhole(code, type, target) : emitGeneral(code, type, target);
    case 'boolean':
      if (target !== null && target.type.kind !== 'BOOLEAN') return emitGeneral(code, type, target);
      code.line('c = b[p++];');
      if (target !== null) code.line(`values[${target.index}] = c !== 0;`);
      return;
    case 'double':
      if (target !== null && target.type.kind !== 'DOUBLE') return emitGeneral(code, type, target);
      code.line('p += 8; if (p > end) return false;');
      if (target?.isUsed === true) code.line(`values[${target.index}] = b.readDoubleLE(p - 8);`);
      return;
    default:
      return emitGeneral(code, type, target);
  }
}

function isPlainInt(logical: string | null, target: Target | null): boolean {
  switch (target?.type.kind) {
    case undefined: case 'INTEGER': case 'BIGINT': return true;
    case 'DATE': return logical === 'date';
    case 'TIME': return logical === 'time-millis';
    default: return false;
  }
}
function isPlainLong(logical: string | null, target: Target | null): boolean {
  const kind = target?.type.kind;
  return kind === undefined || kind === 'BIGINT' || (kind === 'TIMESTAMP' && logical === 'timestamp-millis');
}

/** A text stays where it is: nothing about it can be wrong but its length. */
function emitText(code: BinaryCode, target: Target | null): void {
  code.shortVarint();
  code.line('if (n < 0 || (n & 1) !== 0) return false;', 'q = p; p += n >>> 1;');
  if (target?.isUsed === true) code.line(`starts[${target.index}] = q; ends[${target.index}] = p;`);
}

function emitWhole(code: BinaryCode, type: AvroType, target: Target | null): void {
  if (target === null || (!target.isUsed && type.kind === 'long')) return code.skipVarint();
  const decode = code.constant(compileDecode(type, target.type));
  const keep = target.isUsed ? (value: string) => `values[${target.index}] = ${value};` : (value: string) => `${value};`;
  code.shortVarint();
  code.line('if (n < 0) {');
  code.general('q', `${decode}(source)`, keep);
  code.line('}');
  if (target.isUsed) code.line(`else ${keep('(n >>> 1) ^ -(n & 1)')}`);
}

function emitGeneral(code: BinaryCode, type: AvroType, target: Target | null): void {
  if (target === null) {
    code.general('p', `${code.constant(compileSkip(type))}(source)`, (call) => `${call};`);
    return;
  }
  const decode = code.constant(compileDecode(type, target.type));
  code.general('p', `${decode}(source)`, (call) => `values[${target.index}] = ${call}; starts[${target.index}] = -1;`);
}
