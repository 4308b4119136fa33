import { RecordError } from '../../errors/index.js';
import type { RegisteredSchema } from '../format.js';
import { isScalar, WELL_KNOWN, type ProtoField, type ProtoMessage, type ProtoType } from './schema.js';
import { tokenize, TokenReader, type Token } from './tokens.js';

/** The messages at the top of a file, in order. */
export interface ProtoFile {
  readonly messages: readonly ProtoMessage[];
}

/**
 * Parses a registered schema with what it imports. Own code, because the libraries at hand keep fields by name in plain
 * objects and lose one called `__proto__`. Options (but for decimals), services and extensions are passed over.
 */
export function parseProtoSchema(schema: RegisteredSchema): ProtoFile {
  const names = new Map<string, ProtoType>([...WELL_KNOWN].map(([name, message]) => [name, { kind: 'message', message }]));
  const parsed = new Set<RegisteredSchema>();
  const open = (one: RegisteredSchema): ProtoFile => {
    parsed.add(one);
    for (const reference of one.references) if (!parsed.has(reference.schema)) open(reference.schema);
    return new FileParser(one.text, names).parse();
  };
  return open(schema);
}

/** A message whose options are still being read. */
interface OpenMessage extends ProtoMessage {
  isMapEntry: boolean;
}

interface PendingField {
  readonly message: ProtoMessage;
  readonly scope: string;
  readonly typeName: string;
  readonly field: Omit<ProtoField, 'type'>;
  readonly position: number;
}

/** Schemas made from columns, here and by Connect, say so by the name only: a repeated message of this form is read as a map. */
function looksLikeMapEntry({ name, fields }: ProtoMessage): boolean {
  return name.endsWith('Entry') && fields.length === 2 && fields[0]?.name === 'key' && fields[1]?.name === 'value';
}

class FileParser {
  private readonly reader: TokenReader;
  private readonly pending: PendingField[] = [];
  private packageName = '';

  constructor(text: string, private readonly names: Map<string, ProtoType>) {
    this.reader = new TokenReader(tokenize(text));
  }

  parse(): ProtoFile {
    const messages: ProtoMessage[] = [];
    while (!this.reader.isAtEnd) {
      const word = this.reader.peek();
      if (word === 'message') messages.push(this.message(this.packageName, 0));
      else if (word === 'enum') this.enumeration(this.packageName);
      else if (word === 'package') {
        this.reader.next();
        this.packageName = this.reader.word();
        this.reader.expect(';');
      } else if (!this.reader.accept(';')) this.reader.skipStatement();
    }
    for (const one of this.pending) one.message.fields[one.position] = { ...one.field, type: this.resolve(one.typeName, one.scope) };
    return { messages };
  }

  private message(scope: string, depth: number): ProtoMessage {
    if (depth > 64) throw new RecordError('The protobuf schema is nested deeper than 64 levels');
    this.reader.expect('message');
    const name = this.reader.word();
    const fullName = scope === '' ? name : `${scope}.${name}`;
    this.reader.expect('{');
    const message: OpenMessage = { name, fullName, fields: [], nested: [], isMapEntry: false };
    this.names.set(fullName, { kind: 'message', message });
    this.body(message, depth, false);
    message.isMapEntry ||= looksLikeMapEntry(message);
    return message;
  }

  private body(message: OpenMessage, depth: number, isOneOf: boolean): void {
    const { reader } = this;
    while (!reader.accept('}')) {
      const word = reader.peek();
      if (word === 'message') message.nested.push(this.message(message.fullName, depth + 1));
      else if (word === 'enum') this.enumeration(message.fullName);
      else if (word === 'oneof') {
        reader.next();
        reader.next();
        reader.expect('{');
        this.body(message, depth, true);
      } else if (word === 'option') {
        if (reader.skipStatement().map((token) => token.text).join(' ') === 'option map_entry = true ;') message.isMapEntry = true;
      } else if (word === 'reserved' || word === 'extensions' || word === 'extend') reader.skipStatement();
      else if (!reader.accept(';')) this.field(message, isOneOf);
    }
  }

  private field(message: ProtoMessage, isOneOf: boolean): void {
    const { reader } = this;
    const isRepeated = reader.accept('repeated');
    const isOptional = !isRepeated && (reader.accept('optional') || reader.accept('required'));
    const typeName = reader.word();
    if (typeName === 'map' && reader.accept('<')) {
      this.mapField(message);
      return;
    }
    const tail = this.fieldTail();
    this.add(message, typeName, message.fullName, { ...tail, isRepeated, hasPresence: isOptional || isOneOf });
  }

  private fieldTail(): Pick<ProtoField, 'name' | 'number' | 'decimal'> {
    const { reader } = this;
    const name = reader.word();
    reader.expect('=');
    const number = Number(reader.word());
    if (!Number.isInteger(number) || number < 1) throw new RecordError(`The protobuf schema has a field ${name} without a number`);
    const decimal = reader.accept('[') ? decimalOf(reader.brackets()) : null;
    reader.expect(';');
    return { name, number, decimal };
  }

  private mapField(message: ProtoMessage): void {
    const { reader } = this;
    const keyType = reader.word();
    reader.expect(',');
    const valueType = reader.word();
    reader.expect('>');
    const tail = this.fieldTail();
    const entry: ProtoMessage = { name: `${tail.name}Entry`, fullName: `${message.fullName}.${tail.name}Entry`, fields: [], nested: [], isMapEntry: true };
    const plain = { isRepeated: false, hasPresence: false, decimal: null };
    this.add(entry, keyType, message.fullName, { ...plain, name: 'key', number: 1 });
    this.add(entry, valueType, message.fullName, { ...plain, name: 'value', number: 2, decimal: tail.decimal });
    message.fields.push({ ...tail, isRepeated: true, hasPresence: false, type: { kind: 'message', message: entry } });
  }

  /** Types may be used before they are defined, so the field waits with its place kept. */
  private add(message: ProtoMessage, typeName: string, scope: string, field: Omit<ProtoField, 'type'>): void {
    this.pending.push({ message, scope, typeName, field, position: message.fields.length });
    message.fields.push({ ...field, type: { kind: 'scalar', scalar: 'bytes' } });
  }

  private enumeration(scope: string): void {
    const { reader } = this;
    reader.next();
    const name = reader.word();
    const symbols = new Map<number, string>();
    this.names.set(scope === '' ? name : `${scope}.${name}`, { kind: 'enum', symbols });
    reader.expect('{');
    while (!reader.accept('}')) {
      const statement = reader.peek() === 'option' || reader.peek() === 'reserved' ? null : reader.word();
      if (statement !== null && statement !== ';') {
        reader.expect('=');
        const number = Number(reader.word());
        if (!symbols.has(number)) symbols.set(number, statement);
      }
      if (statement !== ';') reader.skipStatement();
    }
  }

  /** Innermost scope first, as protobuf resolves names. */
  private resolve(typeName: string, scope: string): ProtoType {
    if (isScalar(typeName)) return { kind: 'scalar', scalar: typeName };
    const absolute = typeName.startsWith('.') ? typeName.slice(1) : null;
    let around = absolute === null ? scope : '';
    for (;;) {
      const found = this.names.get(around === '' ? (absolute ?? typeName) : `${around}.${typeName}`);
      if (found !== undefined) return found;
      if (around === '') throw new RecordError(`The protobuf schema uses the unknown type ${typeName}`);
      around = around.includes('.') ? around.slice(0, around.lastIndexOf('.')) : '';
    }
  }
}

/** Precision and scale of a decimal, which stand among the options as `{key: "scale", value: "2"}` in either order. */
function decimalOf(options: readonly Token[]): ProtoField['decimal'] {
  const found = new Map<string, number>();
  let key: string | null = null;
  let value: string | null = null;
  options.forEach((token, index) => {
    if (!token.isText && token.text === '{') key = value = null;
    if (!token.isText && token.text === 'key') key = options[index + 2]?.text ?? null;
    if (!token.isText && token.text === 'value') value = options[index + 2]?.text ?? null;
    if (!token.isText && token.text === '}' && key !== null && value !== null) found.set(key, Number(value));
  });
  const scale = found.get('scale');
  const precision = found.get('precision');
  return scale === undefined && precision === undefined ? null : { precision: precision ?? 64, scale: scale ?? 0 };
}
