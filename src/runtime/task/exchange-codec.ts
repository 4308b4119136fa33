import { RecordError } from '../../errors/index.js';
import type { FormatInfo, Formats } from '../../plan/index.js';
import type { ColumnReader } from '../../serde/index.js';
import type { Column, Key, Row, RowSchema, SqlType, SqlValue } from '../../types/index.js';
import { subscriptionTypes, responseTypes, responsePartition } from '../operators/foreign-key-messages.js';
import type { Exchange } from '../topology.js';
import { RecordEncoder, type SerdeContext } from './record-encoder.js';

/** What follows the value bytes of a change: which of the two rows they hold. As in Kafka Streams' repartition topics. */
const OLD_ONLY = 0;
const NEW_ONLY = 1;
const BOTH = 2;

const JSON_FORMAT = { name: 'JSON', properties: {}, features: [] } as const;

/**
 * Formats that a row does not survive unchanged (proto3 has no null scalars, an empty field of a line reads as null).
 * Through a memory exchange such rows travel as bytes, so that results equal those of a repartition topic.
 */
export function isLossy({ formats }: Exchange): boolean {
  return [formats.key.name, formats.value.name].some((name) => name === 'PROTOBUF' || name === 'PROTOBUF_NOSR' || name === 'DELIMITED');
}

/** How the records of an exchange are written. */
export interface ExchangeLayout {
  readonly schema: RowSchema;
  readonly formats: Formats;
  /** Subject of the key's schema, where the key format has one. */
  readonly keySubject: string;
}

/**
 * Formats with a registry are replaced by what they are without one: only we read an exchange, and its schema is in the plan.
 * Except the key where another topic's producers decide what it hashes to.
 */
export function exchangeLayout(exchange: Exchange): ExchangeLayout {
  const { schema, formats } = declaredLayout(exchange);
  const { besideTopic } = exchange;
  const key = besideTopic === null ? unregistered(formats.key) : formats.key;
  return { schema, formats: { key, value: unregistered(formats.value) }, keySubject: `${besideTopic ?? exchange.topic}-key` };
}

function declaredLayout(exchange: Exchange): { readonly schema: RowSchema; readonly formats: Formats } {
  if (exchange.step.kind !== 'foreignKeyJoin') return { schema: exchange.schema, formats: exchange.formats };
  const { step } = exchange;
  if (exchange.kind === 'subscription') {
    // The key must hash as the right table's own keys do.
    return {
      schema: { key: step.right.schema.key, value: columnsOf(subscriptionTypes(step)), window: step.right.schema.window },
      formats: { key: step.rightStore.formats.key, value: JSON_FORMAT },
    };
  }
  return {
    schema: { key: step.left.schema.key, value: columnsOf(responseTypes(step)), window: step.left.schema.window },
    formats: { key: step.leftStore.formats.key, value: JSON_FORMAT },
  };
}

/** The same encoding without a schema registry, or one that keeps as much. */
export function unregistered(format: FormatInfo): FormatInfo {
  const { unwrapPrimitives, nullableRepresentation } = format.properties;
  const properties = {
    ...(unwrapPrimitives === undefined ? {} : { unwrapPrimitives }),
    ...(nullableRepresentation === undefined ? {} : { nullableRepresentation }),
  };
  switch (format.name) {
    case 'JSON_SR':
    case 'AVRO':
      return { name: 'JSON', properties: {}, features: format.features };
    case 'PROTOBUF':
      return { name: 'PROTOBUF_NOSR', properties, features: format.features };
    default:
      return format;
  }
}

function columnsOf(types: readonly SqlType[]): Column[] {
  return types.map((type, index) => ({ name: `C${index}`, type }));
}

/** Writes the rows of an exchange as record bytes. */
export class ExchangeEncoder extends RecordEncoder {
  private readonly carriesOld: boolean;
  constructor(serde: SerdeContext, readonly exchange: Exchange) {
    const { schema, formats, keySubject } = exchangeLayout(exchange);
    super(serde, formats, exchange.topic, schema, keySubject);
    this.carriesOld = exchange.kind === 'changes';
  }

  encodeRow(key: Key | null, row: Row | null, old: Row | null | undefined): void {
    if (this.carriesOld) this.encodeChange(key, row, old ?? null);
    else this.encode(key, row);
  }

  /** `new` `old` flag, with the length of `new` before it where both are there. */
  private encodeChange(key: Key | null, row: Row | null, old: Row | null): void {
    const { scratch } = this;
    this.encode(key, null);
    const start = this.valuePosition;
    const both = row !== null && old !== null;
    if (both) this.reserve(4);
    const rowStart = scratch.position;
    if (row !== null) this.appendValue(row);
    if (both) scratch.buffer.writeUInt32BE(scratch.position - rowStart, start);
    if (old !== null) this.appendValue(old);
    this.reserve(1);
    scratch.buffer[scratch.position - 1] = both ? BOTH : row === null ? OLD_ONLY : NEW_ONLY;
    this.valueLength = scratch.position - start;
  }

  private reserve(bytes: number): void {
    this.scratch.reserve(bytes);
    this.scratch.position += bytes;
  }
}

/** The partition a row's key does not decide: answers of a foreign-key join name theirs. */
export function explicitPartition(exchange: Exchange, row: Row | null): number | null {
  return exchange.kind === 'response' && row !== null ? responsePartition(row) : null;
}

/** Reads what `ExchangeEncoder` wrote, for the kinds that no compiled segment reads. */
export class ExchangeDecoder {
  private readonly key: ColumnReader;
  private readonly value: ColumnReader;
  private readonly keyCount: number;
  private readonly carriesOld: boolean;

  constructor(serde: SerdeContext, exchange: Exchange) {
    const { schema, formats, keySubject } = exchangeLayout(exchange);
    this.keyCount = schema.key.length + (schema.window === null ? 0 : 2);
    this.carriesOld = exchange.kind === 'changes';
    this.key = serde.formats(formats.key.name).compileReader(
      { format: formats.key, isKey: true, columns: schema.key, window: schema.window, subject: keySubject, schemas: serde.schemas },
      Array.from({ length: this.keyCount }, () => true),
    );
    this.value = serde.formats(formats.value.name).compileReader(
      { format: formats.value, isKey: false, columns: schema.value, window: null, subject: `${exchange.topic}-value`, schemas: serde.schemas },
      schema.value.map(() => true),
    );
  }

  decodeKey(buffer: Buffer, position: number, length: number): Key | null {
    if (length < 0) return null;
    this.key.scan(buffer, position, length);
    return this.key.columns.slice(0, this.keyCount).map((column) => column());
  }

  /** The new row and the old one; old is undefined where the exchange carries events. */
  decodeValue(buffer: Buffer, position: number, length: number): { row: Row | null; old: Row | null | undefined } {
    if (!this.carriesOld) return { row: length < 0 ? null : this.decodeRow(buffer, position, length), old: undefined };
    if (length < 1) throw new RecordError('A change on a repartition topic is empty');
    const end = position + length - 1;
    switch (buffer[end]) {
      case OLD_ONLY:
        return { row: null, old: this.decodeRow(buffer, position, length - 1) };
      case NEW_ONLY:
        return { row: this.decodeRow(buffer, position, length - 1), old: null };
      case BOTH: {
        const split = position + 4 + buffer.readUInt32BE(position);
        const row = this.decodeRow(buffer, position + 4, split - position - 4);
        return { row, old: this.decodeRow(buffer, split, end - split) };
      }
      default:
        throw new RecordError(`A change on a repartition topic has the unknown flag ${String(buffer[end])}`);
    }
  }

  private decodeRow(buffer: Buffer, position: number, length: number): Row {
    this.value.scan(buffer, position, length);
    return this.value.columns.map((column): SqlValue => column());
  }
}
