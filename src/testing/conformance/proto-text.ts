import { RecordError } from '../../errors/index.js';

/** A decoder of its own for protobuf answers: the product's encoder is judged by something that shares no code with it. */
interface Field {
  readonly name: string;
  readonly type: string;
  /** Repeated and optional fields show their defaults. */
  readonly showsDefault: boolean;
}
interface Message {
  readonly name: string;
  readonly fields: Map<number, Field>;
  readonly nested: Map<string, Message>;
}

const FIELD = /^(?:repeated |optional )?([\w.]+) (\w+) = (\d+)/;

/** The first message of a .proto text. */
function parseSchema(text: string): Message {
  const top: Message = { name: '', fields: new Map(), nested: new Map() };
  const open = [top];
  for (const line of text.split('\n').map((each) => each.trim())) {
    const within = open.at(-1) ?? top;
    const name = /^message (\w+) \{$/.exec(line)?.[1];
    if (name !== undefined) {
      const message: Message = { name, fields: new Map(), nested: new Map() };
      within.nested.set(name, message);
      open.push(message);
    } else if (line === '}') open.pop();
    else {
      const [, type = '', field = '', number = ''] = FIELD.exec(line) ?? [];
      if (type !== '') within.fields.set(Number(number), { name: field, type, showsDefault: /^(repeated|optional) /.test(line) });
    }
  }
  const [first] = top.nested.values();
  if (first === undefined) throw new RecordError('The protobuf schema has no message');
  return first;
}

class Wire {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  get isDone(): boolean {
    return this.at >= this.bytes.length;
  }
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RecordError('A protobuf message ends too early');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  block(length: number): Buffer {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

function escaped(bytes: Buffer, isText: boolean): string {
  if (isText) return JSON.stringify(bytes.toString('utf8'));
  return `"${[...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)).join('')}"`;
}

function scalar(type: string, wireType: number, wire: Wire): string {
  switch (wireType) {
    case 0: {
      const value = wire.varint();
      return type === 'bool' ? String(value !== 0n) : String(BigInt.asIntN(64, value));
    }
    case 1:
      return String(wire.block(8).readDoubleLE());
    case 2:
      return escaped(wire.block(Number(wire.varint())), type === 'string');
    default:
      throw new RecordError(`Protobuf wire type ${wireType} is not known here`);
  }
}

function lines(bytes: Buffer, message: Message, scope: readonly Message[], indent: string): string[] {
  const wire = new Wire(bytes);
  const found: { readonly number: number; readonly lines: readonly string[] }[] = [];
  while (!wire.isDone) {
    const tag = Number(wire.varint());
    const number = tag >> 3;
    const field = message.fields.get(number);
    if (field === undefined) throw new RecordError(`The protobuf schema has no field ${number}`);
    const nested = [message, ...scope].map((each) => each.nested.get(field.type)).find((each) => each !== undefined);
    if (nested === undefined) {
      const value = scalar(field.type, tag & 7, wire);
      if (field.showsDefault || !/^(0|false|"")$/.test(value)) found.push({ number, lines: [`${indent}${field.name}: ${value}`] });
    } else {
      const inner = lines(wire.block(Number(wire.varint())), nested, [message, ...scope], `${indent}  `);
      const block = [`${indent}${field.name} {`, ...inner, `${indent}}`];
      found.push({ number, lines: nested.name.endsWith('Entry') ? [block.join('\n')] : block });
    }
  }
  // Entries of a map come in any order: each is one line here, sorted among its like.
  const isEntry = (each: readonly string[]): boolean => each.length === 1 && (each[0] ?? '').includes('{');
  found.sort((left, right) => left.number - right.number || (isEntry(left.lines) && isEntry(right.lines) ? (left.lines.join() < right.lines.join() ? -1 : 1) : 0));
  return found.flatMap((each) => each.lines);
}

/** The text form of a message, entries of maps in a fixed order. */
export function protobufText(schema: string, bytes: Buffer): string {
  const message = parseSchema(schema);
  return `${lines(bytes, message, [], '').join('\n')}\n`;
}

/** A text form with the entries of its maps in the same fixed order. */
export function sortedMapEntries(schema: string, text: string): string {
  const maps = new Set([...schema.matchAll(/repeated \w+Entry (\w+) =/g)].map((match) => match[1]));
  const blocks = text.split(/(?<=\n)(?=\w)/);
  const nameOf = (block: string): string | undefined => /^(\w+) \{/.exec(block)?.[1];
  const sorted: string[] = [];
  for (let index = 0; index < blocks.length; ) {
    const name = nameOf(blocks[index] ?? '');
    let end = index + 1;
    if (name !== undefined && maps.has(name)) while (nameOf(blocks[end] ?? '') === name) end += 1;
    sorted.push(...blocks.slice(index, end).sort());
    index = end;
  }
  return sorted.join('');
}
