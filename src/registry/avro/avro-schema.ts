import { isList, isMap, numberOf, parseJson, textOf, textsOf, type JsonDocument, type JsonMap } from '../json-document.js';
import { invalidSchema } from '../registry-error.js';
import type { ResolvedSchema } from '../registry.js';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type AvroPrimitive = (typeof PRIMITIVES)[number];

/** An Avro schema, names resolved. Records may contain themselves. */
export type AvroType =
  | { readonly kind: AvroPrimitive }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | AvroFixed
  | AvroEnum
  | AvroRecord;
interface AvroNamed {
  /** With namespace, as the aliases. */
  readonly name: string;
  readonly aliases: readonly string[];
}
export interface AvroFixed extends AvroNamed {
  readonly kind: 'fixed';
  readonly size: number;
}
export interface AvroEnum extends AvroNamed {
  readonly kind: 'enum';
  readonly symbols: readonly string[];
  readonly hasDefault: boolean;
}
export interface AvroRecord extends AvroNamed {
  readonly kind: 'record';
  readonly fields: AvroField[];
}
export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: AvroType;
  readonly hasDefault: boolean;
}

// As Avro for Java checks names: letters and digits of any script.
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Throws RegistryError 42201 for what is no Avro schema. */
export function parseAvro(schema: ResolvedSchema): AvroType {
  const parser = new AvroParser();
  parser.addReferences(schema, 0);
  return parser.parseText(schema.text);
}

class AvroParser {
  private readonly named = new Map<string, AvroType>();
  private referring = false;

  addReferences(schema: ResolvedSchema, depth: number): void {
    for (const { schema: referred } of schema.references) {
      this.addReferences(referred, depth + 1);
      this.referring = true;
      this.parseText(referred.text);
    }
    if (depth === 0) this.referring = false;
  }

  parseText(text: string): AvroType {
    // The name of a primitive also comes without its quotes.
    const bare = text.trim();
    return this.parse(/^\w+$/.test(bare) ? bare : parseJson(text), '', '');
  }

  private parse(document: JsonDocument | undefined, namespace: string, place: string): AvroType {
    if (typeof document === 'string') return this.byName(document, namespace, place);
    if (isList(document)) return this.union(document, namespace, place);
    if (!isMap(document)) throw invalidSchema(`no type at ${place || '/'}`);
    const type = document.get('type');
    if (typeof type !== 'string') return this.parse(type, namespace, `${place}/type`);
    switch (type) {
      case 'record':
      case 'error':
        return this.record(document, namespace, place);
      case 'enum':
        return this.enumeration(document, namespace, place);
      case 'fixed':
        return this.fixed(document, namespace, place);
      case 'array':
        return { kind: 'array', items: this.parse(document.get('items'), namespace, `${place}/items`) };
      case 'map':
        return { kind: 'map', values: this.parse(document.get('values'), namespace, `${place}/values`) };
      default:
        return this.byName(type, namespace, place);
    }
  }

  private byName(name: string, namespace: string, place: string): AvroType {
    const primitive = PRIMITIVES.find((each) => each === name);
    if (primitive !== undefined) return { kind: primitive };
    const found = this.named.get(fullName(name, namespace)) ?? this.named.get(name);
    if (found === undefined) throw invalidSchema(`"${name}" at ${place || '/'} is not a defined name`);
    return found;
  }

  private union(list: readonly JsonDocument[], namespace: string, place: string): AvroType {
    const branches = list.map((branch, index) => this.parse(branch, namespace, `${place}/${index}`));
    const seen = new Set<string>();
    for (const branch of branches) {
      if (branch.kind === 'union') throw invalidSchema(`a union directly inside a union at ${place || '/'}`);
      const key = 'name' in branch ? branch.name : branch.kind;
      if (seen.has(key)) throw invalidSchema(`${key} stands twice in the union at ${place || '/'}`);
      seen.add(key);
    }
    return { kind: 'union', branches };
  }

  private define<T extends AvroType & AvroNamed>(document: JsonMap, namespace: string, place: string, make: (named: AvroNamed) => T): T {
    const given = textOf(document.get('name'));
    if (given === null) throw invalidSchema(`no name at ${place || '/'}`);
    const name = fullName(given, textOf(document.get('namespace')) ?? namespace);
    for (const part of name.split('.')) checkName(part, place);
    const own = namespaceOf(name);
    // Several references may bring the same definition.
    if (this.named.has(name) && !this.referring) throw invalidSchema(`${name} is defined twice`);
    const type = make({ name, aliases: textsOf(document.get('aliases')).map((alias) => fullName(alias, own)) });
    this.named.set(name, type);
    return type;
  }

  private enumeration(document: JsonMap, namespace: string, place: string): AvroType {
    const symbols = textsOf(document.get('symbols'));
    if (!isList(document.get('symbols'))) throw invalidSchema(`an enum without symbols at ${place || '/'}`);
    for (const symbol of symbols) checkName(symbol, `${place}/symbols`);
    if (new Set(symbols).size !== symbols.length) throw invalidSchema(`a symbol stands twice at ${place}/symbols`);
    const fallback = textOf(document.get('default'));
    if (fallback !== null && !symbols.includes(fallback)) throw invalidSchema(`the default ${fallback} is no symbol at ${place}/symbols`);
    return this.define(document, namespace, place, (named) => ({ ...named, kind: 'enum', symbols, hasDefault: fallback !== null }));
  }

  private fixed(document: JsonMap, namespace: string, place: string): AvroType {
    const size = numberOf(document.get('size'));
    if (size === null || !Number.isInteger(size) || size < 0) throw invalidSchema(`a fixed without a size at ${place || '/'}`);
    return this.define(document, namespace, place, (named) => ({ ...named, kind: 'fixed', size }));
  }

  private record(document: JsonMap, namespace: string, place: string): AvroType {
    const list = document.get('fields');
    if (!isList(list)) throw invalidSchema(`a record without fields at ${place || '/'}`);
    const record = this.define(document, namespace, place, (named): AvroRecord => ({ ...named, kind: 'record', fields: [] }));
    const names = new Set<string>();
    for (const [index, field] of list.entries()) {
      const at = `${place}/fields/${index}`;
      const name = isMap(field) ? textOf(field.get('name')) : null;
      if (!isMap(field) || name === null) throw invalidSchema(`a field without a name at ${at}`);
      checkName(name, at);
      if (names.has(name)) throw invalidSchema(`the field ${name} stands twice at ${place}/fields`);
      names.add(name);
      record.fields.push({ name, aliases: textsOf(field.get('aliases')), type: this.parse(field.get('type'), namespaceOf(record.name), `${at}/type`), hasDefault: field.has('default') });
    }
    return record;
  }
}

function checkName(name: string, place: string): void {
  if (!NAME.test(name)) throw invalidSchema(`"${name}" at ${place || '/'} is not a name`);
}

function namespaceOf(name: string): string {
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}
