import type { SqlType } from '../../types/index.js';

/** A message type. `fields` is filled after the message exists: messages may contain themselves. */
export interface ProtoMessage {
  readonly name: string;
  readonly fullName: string;
  readonly fields: ProtoField[];
  readonly nested: ProtoMessage[];
  readonly isMapEntry: boolean;
}
export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly type: ProtoType;
  readonly isRepeated: boolean;
  /** A scalar that knows unset from its default: `optional`, or one of a `oneof`. */
  readonly hasPresence: boolean;
  /** From the field's options, for confluent.type.Decimal. */
  readonly decimal: { readonly precision: number; readonly scale: number } | null;
}
export type ProtoType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'enum'; readonly symbols: ReadonlyMap<number, string> }
  | { readonly kind: 'message'; readonly message: ProtoMessage };

export const SCALARS = [
  'double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes',
] as const;
export type Scalar = (typeof SCALARS)[number];

export function isScalar(name: string): name is Scalar {
  return SCALARS.some((scalar) => scalar === name);
}

export const DECIMAL = 'confluent.type.Decimal';
export const TIMESTAMP = 'google.protobuf.Timestamp';
export const DATE = 'google.type.Date';
export const TIME = 'google.type.TimeOfDay';

const WRAPPERS: ReadonlyMap<string, Scalar> = new Map([
  ['DoubleValue', 'double'], ['FloatValue', 'float'], ['Int64Value', 'int64'], ['UInt64Value', 'uint64'], ['Int32Value', 'int32'],
  ['UInt32Value', 'uint32'], ['BoolValue', 'bool'], ['StringValue', 'string'], ['BytesValue', 'bytes'],
]);

/** The scalar that a well-known wrapper message holds, or null. */
export function wrappedScalar(message: ProtoMessage): Scalar | null {
  const prefix = 'google.protobuf.';
  return message.fullName.startsWith(prefix) ? (WRAPPERS.get(message.fullName.slice(prefix.length)) ?? null) : null;
}

export function scalarField(name: string, number: number, scalar: Scalar): ProtoField {
  return { name, number, type: { kind: 'scalar', scalar }, isRepeated: false, hasPresence: false, decimal: null };
}

function wellKnown(fullName: string, ...fields: readonly (readonly [string, Scalar])[]): ProtoMessage {
  return {
    name: fullName.slice(fullName.lastIndexOf('.') + 1), fullName, nested: [], isMapEntry: false,
    fields: fields.map(([name, scalar], index) => scalarField(name, index + 1, scalar)),
  };
}

/** Messages that schemas import from Google and Confluent, by full name, with the file that defines them. */
export const WELL_KNOWN: ReadonlyMap<string, ProtoMessage> = new Map(
  [
    wellKnown(DECIMAL, ['value', 'bytes'], ['precision', 'uint32'], ['scale', 'int32']),
    wellKnown(TIMESTAMP, ['seconds', 'int64'], ['nanos', 'int32']),
    wellKnown(DATE, ['year', 'int32'], ['month', 'int32'], ['day', 'int32']),
    wellKnown(TIME, ['hours', 'int32'], ['minutes', 'int32'], ['seconds', 'int32'], ['nanos', 'int32']),
    ...[...WRAPPERS].map(([name, scalar]) => wellKnown(`google.protobuf.${name}`, ['value', scalar])),
  ].map((message) => [message.fullName, message]),
);

/** The file to import for a well-known message. */
export function wellKnownFile(fullName: string): string | null {
  switch (fullName) {
    case DECIMAL: return 'confluent/type/decimal.proto';
    case TIMESTAMP: return 'google/protobuf/timestamp.proto';
    case DATE: return 'google/type/date.proto';
    case TIME: return 'google/type/timeofday.proto';
    default: return WELL_KNOWN.has(fullName) ? 'google/protobuf/wrappers.proto' : null;
  }
}

/** The wrapper message for a primitive SQL type, or null. */
export function wrapperFor(type: SqlType): ProtoMessage | null {
  const names = { BOOLEAN: 'BoolValue', INTEGER: 'Int32Value', BIGINT: 'Int64Value', DOUBLE: 'DoubleValue', STRING: 'StringValue', BYTES: 'BytesValue' } as const;
  switch (type.kind) {
    case 'BOOLEAN': case 'INTEGER': case 'BIGINT': case 'DOUBLE': case 'STRING': case 'BYTES':
      return WELL_KNOWN.get(`google.protobuf.${names[type.kind]}`) ?? null;
    default: return null;
  }
}
