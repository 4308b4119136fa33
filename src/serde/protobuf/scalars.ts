import { canonicalLong, doubleToText, longToBigInt, type Long, type SqlValue } from '../../types/index.js';
import type { Scalar } from './schema.js';
import { FIXED32, FIXED64, LENGTH, VARINT, type ProtoSource } from './source.js';

/** The wire type of a scalar. */
export function wireOf(scalar: Scalar): number {
  switch (scalar) {
    case 'double': case 'fixed64': case 'sfixed64': return FIXED64;
    case 'float': case 'fixed32': case 'sfixed32': return FIXED32;
    case 'string': case 'bytes': return LENGTH;
    default: return VARINT;
  }
}

export function defaultOf(scalar: Scalar): SqlValue {
  switch (scalar) {
    case 'bool': return false;
    case 'string': return '';
    case 'bytes': return new Uint8Array();
    default: return 0;
  }
}

/** Reads a scalar; 64-bit unsigned numbers wrap into the signed range, as in Java. */
export function readScalar(source: ProtoSource, scalar: Scalar): SqlValue {
  switch (scalar) {
    case 'double': return source.bytes.readDoubleLE(source.take(8));
    case 'float': return source.bytes.readFloatLE(source.take(4));
    case 'fixed64':
    case 'sfixed64': return canonicalLong(source.bytes.readBigInt64LE(source.take(8)));
    case 'fixed32': return source.bytes.readUInt32LE(source.take(4));
    case 'sfixed32': return source.bytes.readInt32LE(source.take(4));
    case 'bool': return source.varint() !== 0;
    case 'int32': return signed32(source.varint());
    case 'uint32': return signed32(source.varint()) >>> 0;
    case 'sint32': {
      const value = signed32(source.varint()) >>> 0;
      return (value >>> 1) ^ -(value & 1);
    }
    case 'int64':
    case 'uint64': return signed64(source.varint());
    case 'sint64': {
      const value = longToBigInt(source.varint());
      return canonicalLong(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n)));
    }
    case 'string': {
      const start = source.take(source.varint());
      return source.bytes.utf8Slice(start, source.at);
    }
    case 'bytes': {
      const start = source.take(source.varint());
      return new Uint8Array(source.bytes.subarray(start, source.at));
    }
  }
}

function signed32(value: Long): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

function signed64(value: Long): Long {
  return typeof value === 'number' ? value : canonicalLong(BigInt.asIntN(64, value));
}

/** The kinds of SQL types a scalar reads into without more ado; text takes any number or boolean. */
export function fits(scalar: Scalar, kind: string): boolean {
  switch (scalar) {
    case 'bool': return kind === 'BOOLEAN' || kind === 'STRING';
    case 'int32': case 'sint32': case 'sfixed32': return kind === 'INTEGER' || kind === 'BIGINT' || kind === 'STRING';
    case 'double': case 'float': return kind === 'DOUBLE' || kind === 'STRING';
    case 'string': return kind === 'STRING';
    case 'bytes': return kind === 'BYTES';
    default: return kind === 'BIGINT' || kind === 'STRING';
  }
}

/** A scalar value as text. */
export function scalarText(scalar: Scalar, value: SqlValue): SqlValue {
  if (typeof value === 'number' && (scalar === 'double' || scalar === 'float')) return doubleToText(value);
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? value.toString() : value;
}
