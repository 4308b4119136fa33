import { present } from '../../errors/index.js';
import type { SqlType } from '../../types/index.js';
import { DATE, DECIMAL, scalarField, TIME, TIMESTAMP, WELL_KNOWN, wrapperFor, type ProtoField, type ProtoMessage, type ProtoType, type Scalar } from './schema.js';

export type NullableRepresentation = 'OPTIONAL' | 'WRAPPER' | null;

interface NamedField {
  readonly name: string;
  readonly type: SqlType;
}

/** The message that columns imply: fields numbered in order, nested messages named as ksqlDB's converters name them. */
export function messageOfColumns(columns: readonly NamedField[], fullName: string | undefined, nullable: NullableRepresentation): ProtoMessage {
  const builder = new MessageBuilder(nullable);
  return builder.message(columns, fullName ?? builder.nextName(), true);
}

class MessageBuilder {
  private count = 0;
  constructor(private readonly nullable: NullableRepresentation) {}

  nextName(): string {
    this.count++;
    return `ConnectDefault${this.count}`;
  }

  message(fields: readonly NamedField[], fullName: string, isTop: boolean): ProtoMessage {
    const nested: ProtoMessage[] = [];
    const name = isTop ? fullName.slice(fullName.lastIndexOf('.') + 1) : fullName;
    return { name, fullName, nested, isMapEntry: false, fields: fields.map((field, index) => this.field(field, index + 1, nested)) };
  }

  private field(field: NamedField, number: number, nested: ProtoMessage[]): ProtoField {
    const { type, name } = field;
    const base = { name, number, isRepeated: false, hasPresence: false, decimal: null };
    if (type.kind === 'ARRAY') return { ...base, type: this.typeOf(type.item, nested), isRepeated: true, decimal: decimalOf(type.item) };
    if (type.kind === 'MAP') return { ...base, type: { kind: 'message', message: this.mapEntry(type.value, nested) }, isRepeated: true };
    const wrapper = this.nullable === 'WRAPPER' ? wrapperFor(type) : null;
    if (wrapper !== null) return { ...base, type: { kind: 'message', message: wrapper } };
    const proto = this.typeOf(type, nested);
    return { ...base, type: proto, hasPresence: this.nullable === 'OPTIONAL' && proto.kind === 'scalar', decimal: decimalOf(type) };
  }

  private mapEntry(value: SqlType, nested: ProtoMessage[]): ProtoMessage {
    const name = `${this.nextName()}Entry`;
    const inner: ProtoMessage[] = [];
    const entry: ProtoMessage = {
      name, fullName: name, nested: inner, isMapEntry: true,
      fields: [scalarField('key', 1, 'string'), this.field({ name: 'value', type: value }, 2, inner)],
    };
    nested.push(entry);
    return entry;
  }

  private typeOf(type: SqlType, nested: ProtoMessage[]): ProtoType {
    switch (type.kind) {
      case 'BOOLEAN': return scalar('bool');
      case 'INTEGER': return scalar('int32');
      case 'BIGINT': return scalar('int64');
      case 'DOUBLE': return scalar('double');
      case 'STRING': return scalar('string');
      case 'BYTES': return scalar('bytes');
      case 'DECIMAL': return wellKnown(DECIMAL);
      case 'TIMESTAMP': return wellKnown(TIMESTAMP);
      case 'DATE': return wellKnown(DATE);
      case 'TIME': return wellKnown(TIME);
      case 'STRUCT': return this.nestedMessage(type.fields, nested);
      // A repeated field cannot hold lists: the inner one stands in a message of its own.
      case 'ARRAY': return this.nestedMessage([{ name: 'array', type }], nested);
      case 'MAP': return this.nestedMessage([{ name: 'map', type }], nested);
    }
  }

  private nestedMessage(fields: readonly NamedField[], nested: ProtoMessage[]): ProtoType {
    const message = this.message(fields, this.nextName(), false);
    nested.push(message);
    return { kind: 'message', message };
  }
}

function scalar(name: Scalar): ProtoType {
  return { kind: 'scalar', scalar: name };
}

function wellKnown(fullName: string): ProtoType {
  return { kind: 'message', message: present(WELL_KNOWN.get(fullName), fullName) };
}

function decimalOf(type: SqlType): ProtoField['decimal'] {
  return type.kind === 'DECIMAL' ? { precision: type.precision, scale: type.scale } : null;
}
