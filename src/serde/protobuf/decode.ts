import { RecordError } from '../../errors/index.js';
import { addLong, civilFromDays, daysFromCivil, fitsDecimal, formatType, longOf, multiplyLong, rescaleDecimal, type DecimalType, type Long, type SqlType, type SqlValue } from '../../types/index.js';
import { unscaledOf } from '../avro/decode.js';
import { defaultOf, fits, readScalar, scalarText, wireOf } from './scalars.js';
import { DATE, DECIMAL, TIME, TIMESTAMP, wrappedScalar, type ProtoField, type ProtoMessage, type Scalar } from './schema.js';
import { LENGTH, type ProtoSource } from './source.js';

/** How one field of a message becomes one value. */
export interface FieldDecode {
  /** The value where the record has no such field; fresh where it is filled later. */
  readonly initial: () => SqlValue;
  /** `initial` must be asked for each record: what it gives is filled, or it fails. */
  readonly isFreshInitial: boolean;
  /** One occurrence on the wire; `before` is the value so far. */
  readonly read: (source: ProtoSource, wire: number, before: SqlValue) => SqlValue;
}

interface NamedField {
  readonly name: string;
  readonly type: SqlType;
}

/** Reads a message into values in the order of the columns; columns the message lacks are null. */
export type MessageDecode = (source: ProtoSource, values: SqlValue[]) => void;

/** Which field numbers fill which columns, and how; null: a column that the message lacks. */
export interface FieldDecodes {
  readonly decodes: readonly (FieldDecode | null)[];
  readonly byNumber: ReadonlyMap<number, readonly { readonly index: number; readonly decode: FieldDecode }[]>;
}

export function fieldDecodes(message: ProtoMessage, columns: readonly NamedField[]): FieldDecodes {
  const fields = columns.map((column) => fieldFor(message, columns, column));
  const decodes = columns.map((column, index) => {
    const field = fields[index];
    return field === undefined ? null : fieldDecode(field, column);
  });
  const byNumber = new Map<number, { readonly index: number; readonly decode: FieldDecode }[]>();
  decodes.forEach((decode, index) => {
    const number = fields[index]?.number;
    if (decode === null || number === undefined) return;
    byNumber.set(number, [...(byNumber.get(number) ?? []), { index, decode }]);
  });
  return { decodes, byNumber };
}

export function compileMessageDecode(message: ProtoMessage, columns: readonly NamedField[]): MessageDecode {
  const { decodes, byNumber } = fieldDecodes(message, columns);
  return (source, values) => {
    for (let index = 0; index < decodes.length; index++) values[index] = decodes[index]?.initial() ?? null;
    while (source.at < source.end) {
      const tag = source.varint();
      const number = typeof tag === 'number' ? Math.floor(tag / 8) : 0;
      const wire = Number(tag) & 7;
      if (number === 0) throw new RecordError('The protobuf record has a field without a number');
      const targets = byNumber.get(number);
      if (targets === undefined) {
        source.skip(wire);
        continue;
      }
      const start = source.at;
      for (const { index, decode } of targets) {
        source.at = start;
        values[index] = decode.read(source, wire, values[index] ?? null);
      }
    }
  };
}

/** An exact name wins over one that matches in upper case. */
function fieldFor(message: ProtoMessage, columns: readonly NamedField[], column: NamedField): ProtoField | undefined {
  const exact = message.fields.find((field) => field.name === column.name);
  if (exact !== undefined) return exact;
  const names = new Set(columns.map(({ name }) => name));
  const alike = message.fields.filter((field) => field.name.toUpperCase() === column.name);
  return alike.findLast((field) => !names.has(field.name)) ?? alike.at(-1);
}

function mismatch(field: ProtoField, column: NamedField): never {
  throw new RecordError(`The protobuf field ${field.name} cannot be read as ${formatType(column.type)}`);
}

function fieldDecode(field: ProtoField, column: NamedField): FieldDecode {
  const { type } = column;
  if (!field.isRepeated) return singleDecode(field, column);
  if (type.kind === 'MAP' && field.type.kind === 'message') return mapDecode(field, field.type.message, column, type.value);
  if (type.kind !== 'ARRAY') return failing(field, column);
  const single = singleDecode({ ...field, isRepeated: false }, { name: column.name, type: type.item });
  const scalar = field.type.kind === 'scalar' ? field.type.scalar : field.type.kind === 'enum' ? 'int32' : null;
  const packable = scalar !== null && wireOf(scalar) !== LENGTH ? scalar : null;
  return {
    isFreshInitial: true,
    initial: () => [],
    read: (source, wire, before) => {
      const items: SqlValue[] = isOpenList(before) ? before : [];
      if (packable !== null && wire === LENGTH) {
        source.within(() => {
          while (source.at < source.end) items.push(single.read(source, wireOf(packable), null));
        });
      } else items.push(single.read(source, wire, null));
      return items;
    },
  };
}

/** The list that `initial` made for this record and that grows with each occurrence. */
function isOpenList(value: SqlValue): value is SqlValue[] {
  return Array.isArray(value);
}

function failing(field: ProtoField, column: NamedField): FieldDecode {
  return { isFreshInitial: true, initial: () => mismatch(field, column), read: () => mismatch(field, column) };
}

function singleDecode(field: ProtoField, column: NamedField): FieldDecode {
  const { type } = column;
  if (field.type.kind === 'enum') {
    const { symbols } = field.type;
    if (type.kind !== 'STRING') return failing(field, column);
    const nameOf = (number: number): string => symbols.get(number) ?? number.toString();
    return {
      isFreshInitial: false,
      initial: () => (field.hasPresence ? null : nameOf(0)),
      read: (source, wire) => nameOf(Number(checkedScalar(source, wire, 'int32', field))),
    };
  }
  if (field.type.kind === 'scalar') {
    const { scalar } = field.type;
    if (!fits(scalar, type.kind)) return failing(field, column);
    const convert = type.kind === 'STRING' && scalar !== 'string' ? (value: SqlValue) => scalarText(scalar, value) : (value: SqlValue) => value;
    return {
      isFreshInitial: false,
      initial: () => (field.hasPresence ? null : convert(defaultOf(scalar))),
      read: (source, wire) => convert(checkedScalar(source, wire, scalar, field)),
    };
  }
  const decode = messageValue(field.type.message, type);
  if (decode === null) return failing(field, column);
  return {
    isFreshInitial: false,
    initial: () => null,
    read: (source, wire) => {
      if (wire !== LENGTH) throw new RecordError(`The protobuf field ${field.name} has the wire type ${wire}`);
      return source.within(() => decode(source));
    },
  };
}

function checkedScalar(source: ProtoSource, wire: number, scalar: Scalar, field: ProtoField): SqlValue {
  if (wire !== wireOf(scalar)) throw new RecordError(`The protobuf field ${field.name} has the wire type ${wire}`);
  return readScalar(source, scalar);
}

/** A message as a value: well-known ones as what they stand for, others as structs. */
function messageValue(message: ProtoMessage, type: SqlType): ((source: ProtoSource) => SqlValue) | null {
  const scalar = wrappedScalar(message);
  if (scalar !== null && fits(scalar, type.kind)) {
    const decode = compileMessageDecode(message, [{ name: 'value', type }]);
    return (source) => firstOf(decode, source);
  }
  switch (type.kind) {
    case 'DECIMAL': return message.fullName === DECIMAL ? decimalDecode(message, type) : null;
    case 'TIMESTAMP': return message.fullName === TIMESTAMP ? numbersOf(message, ([seconds, nanos]) => addLong(multiplyLong(longOf(seconds ?? 0), 1000), Math.floor(Number(nanos) / 1e6))) : null;
    case 'DATE': return message.fullName === DATE ? numbersOf(message, ([year, month, day]) => dateOf(Number(year), Number(month), Number(day))) : null;
    case 'TIME':
      return message.fullName === TIME
        ? numbersOf(message, ([hours, minutes, seconds, nanos]) => ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Math.floor(Number(nanos) / 1e6))
        : null;
    case 'STRUCT': return structDecode(message, type.fields);
    case 'ARRAY':
    case 'MAP': {
      // Lists in lists: the inner one is the only field of a message.
      const only = message.fields.length === 1 ? message.fields[0] : undefined;
      if (only === undefined || !only.isRepeated) return null;
      const decode = compileMessageDecode(message, [{ name: only.name, type }]);
      return (source) => firstOf(decode, source);
    }
    default: return null;
  }
}

function firstOf(decode: MessageDecode, source: ProtoSource): SqlValue {
  const values: SqlValue[] = [null];
  decode(source, values);
  return values[0] ?? null;
}

function structDecode(message: ProtoMessage, fields: readonly NamedField[]): (source: ProtoSource) => SqlValue {
  const decode = compileMessageDecode(message, fields);
  return (source) => {
    const values: SqlValue[] = fields.map(() => null);
    decode(source, values);
    return values;
  };
}

function mapDecode(field: ProtoField, entry: ProtoMessage, column: NamedField, value: SqlType): FieldDecode {
  if (!entry.fields.some(({ name }) => name === 'key') || !entry.fields.some(({ name }) => name === 'value')) return failing(field, column);
  const decode = compileMessageDecode(entry, [{ name: 'key', type: { kind: 'STRING' } }, { name: 'value', type: value }]);
  return {
    isFreshInitial: true,
    initial: () => new Map<SqlValue, SqlValue>(),
    read: (source, wire, before) => {
      if (wire !== LENGTH) throw new RecordError(`The protobuf field ${field.name} has the wire type ${wire}`);
      const values: SqlValue[] = [null, null];
      source.within(() => decode(source, values));
      const entries = before instanceof Map ? before : new Map<SqlValue, SqlValue>();
      entries.set(values[0] ?? '', values[1] ?? null);
      return entries;
    },
  };
}

function numbersOf(message: ProtoMessage, combine: (values: readonly SqlValue[]) => Long): (source: ProtoSource) => SqlValue {
  const decode = compileMessageDecode(message, message.fields.map(({ name }) => ({ name, type: { kind: 'BIGINT' } })));
  return (source) => {
    const values: SqlValue[] = [];
    decode(source, values);
    const result = combine(values);
    if (typeof result === 'number' && !Number.isSafeInteger(result)) throw new RecordError(`A ${message.fullName} is out of range`);
    return result;
  };
}

function dateOf(year: number, month: number, day: number): number {
  const days = daysFromCivil(year, month, day);
  const back = civilFromDays(days);
  if (back.year !== year || back.month !== month || back.day !== day) throw new RecordError('A google.type.Date is no date');
  return days;
}

function decimalDecode(message: ProtoMessage, type: DecimalType): (source: ProtoSource) => Long {
  const decode = compileMessageDecode(message, [{ name: 'value', type: { kind: 'BYTES' } }, { name: 'scale', type: { kind: 'BIGINT' } }]);
  return (source) => {
    const values: SqlValue[] = [];
    decode(source, values);
    const bytes = values[0];
    const scale = Number(values[1]);
    const unscaled = bytes instanceof Uint8Array ? unscaledOf(Buffer.from(bytes), 0, bytes.length) : 0;
    // The scale comes from the record: a wild one must not become a power of ten.
    const rescaled = Math.abs(scale) > 10_000 ? null : rescaleDecimal(unscaled, scale, type.scale, 'UNNECESSARY');
    if (rescaled === null || !fitsDecimal(rescaled, type)) throw new RecordError(`A decimal does not fit ${formatType(type)}`);
    return rescaled;
  };
}
