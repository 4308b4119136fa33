import { RecordError } from '../../errors/index.js';
import type { RegisteredSchema } from '../format.js';
import { isList, isObject, numberIn, parseJsonDocument, textOf, type JsonDocument } from '../json-document.js';

/** An Avro schema, names resolved. Records may contain themselves. */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'float' | 'double' | 'string' }
  | { readonly kind: 'int'; readonly logical: 'date' | 'time-millis' | null }
  | { readonly kind: 'long'; readonly logical: 'timestamp-millis' | 'timestamp-micros' | 'time-micros' | null }
  | { readonly kind: 'bytes'; readonly decimal: AvroDecimal | null }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number; readonly decimal: AvroDecimal | null }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | AvroRecord;
export interface AvroRecord {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: AvroField[];
}
export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  /** undefined: none. */
  readonly defaultValue: JsonDocument | undefined;
}
/** Precision 64 where the schema gives none. */
export interface AvroDecimal {
  readonly precision: number;
  readonly scale: number;
}

/** Parses a registered schema with what it refers to. Throws RecordError for what is no Avro schema. */
export function parseAvroSchema(schema: RegisteredSchema): AvroType {
  const parser = new SchemaParser();
  parser.addReferences(schema);
  return parser.parseText(schema.text);
}

class SchemaParser {
  private readonly named = new Map<string, AvroType>();

  addReferences(schema: RegisteredSchema): void {
    for (const reference of schema.references) {
      this.addReferences(reference.schema);
      this.parseText(reference.schema.text);
    }
  }

  parseText(text: string): AvroType {
    let document: JsonDocument;
    try {
      document = parseJsonDocument(text);
    } catch {
      // The name of a primitive also comes without its quotes.
      document = text.trim();
    }
    return this.parse(document, '');
  }

  private parse(document: JsonDocument | undefined, namespace: string): AvroType {
    if (typeof document === 'string') return this.byName(document, namespace);
    if (isList(document)) return { kind: 'union', branches: document.map((branch) => this.parse(branch, namespace)) };
    if (!isObject(document)) throw new RecordError('The Avro schema has a type that is neither name, list nor object');
    const type = document.get('type');
    if (typeof type !== 'string') return this.parse(type, namespace);
    switch (type) {
      case 'record':
      case 'error': return this.record(document, namespace);
      case 'enum': {
        const symbols = document.get('symbols');
        return this.define(document, namespace, (name) => ({
          kind: 'enum', name, symbols: isList(symbols) ? symbols.map((symbol) => textOf(symbol) ?? '') : [],
        }));
      }
      case 'fixed':
        return this.define(document, namespace, (name) => ({
          kind: 'fixed', name, size: numberIn(document.get('size')) ?? 0, decimal: decimalOf(document),
        }));
      case 'array': return { kind: 'array', items: this.parse(document.get('items'), namespace) };
      case 'map': return { kind: 'map', values: this.parse(document.get('values'), namespace) };
      default: return primitive(type, document) ?? this.byName(type, namespace);
    }
  }

  private byName(name: string, namespace: string): AvroType {
    const found = primitive(name, new Map()) ?? this.named.get(fullName(name, namespace)) ?? this.named.get(name);
    if (found === undefined) throw new RecordError(`The Avro schema uses the unknown type ${name}`);
    return found;
  }

  private define(document: ReadonlyMap<string, JsonDocument>, namespace: string, make: (name: string) => AvroType): AvroType {
    const name = fullName(textOf(document.get('name')) ?? '', textOf(document.get('namespace')) ?? namespace);
    const type = make(name);
    this.named.set(name, type);
    return type;
  }

  private record(document: ReadonlyMap<string, JsonDocument>, namespace: string): AvroType {
    const fields: AvroField[] = [];
    const record = this.define(document, namespace, (name) => ({ kind: 'record', name, fields }));
    const inner = record.kind === 'record' && record.name.includes('.') ? record.name.slice(0, record.name.lastIndexOf('.')) : '';
    const list = document.get('fields');
    for (const field of isList(list) ? list : []) {
      if (!isObject(field)) throw new RecordError('The Avro schema has a field that is no object');
      fields.push({ name: textOf(field.get('name')) ?? '', type: this.parse(field.get('type'), inner), defaultValue: field.get('default') });
    }
    return record;
  }
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function primitive(name: string, attributes: ReadonlyMap<string, JsonDocument>): AvroType | null {
  const logical = textOf(attributes.get('logicalType'));
  switch (name) {
    case 'null': case 'boolean': case 'float': case 'double': case 'string': return { kind: name };
    case 'int': return { kind: 'int', logical: logical === 'date' || logical === 'time-millis' ? logical : null };
    case 'long':
      return { kind: 'long', logical: logical === 'timestamp-millis' || logical === 'timestamp-micros' || logical === 'time-micros' ? logical : null };
    case 'bytes': return { kind: 'bytes', decimal: decimalOf(attributes) };
    default: return null;
  }
}

function decimalOf(attributes: ReadonlyMap<string, JsonDocument>): AvroDecimal | null {
  if (attributes.get('logicalType') !== 'decimal') return null;
  return { precision: numberIn(attributes.get('precision')) ?? 64, scale: numberIn(attributes.get('scale')) ?? 0 };
}

/** The branch beside null of a nullable type; the type itself when it is no such union. */
export function withoutNull(type: AvroType): AvroType {
  if (type.kind !== 'union') return type;
  const others = type.branches.filter((branch) => branch.kind !== 'null');
  return others.length === 1 ? (others[0] ?? type) : type;
}

/** How Connect calls a branch of a union that is read as a struct. */
export function branchName(type: AvroType): string {
  if (type.kind !== 'record' && type.kind !== 'enum' && type.kind !== 'fixed') return type.kind;
  return type.name.slice(type.name.lastIndexOf('.') + 1);
}
