import { RecordError } from '../errors/index.js';

/** JSON whose numbers keep their text: `12.30` and `12.3` differ. Objects keep their order and any key. */
export type LiteralJson = null | boolean | string | JsonNumber | readonly LiteralJson[] | LiteralObject;
export type LiteralObject = ReadonlyMap<string, LiteralJson>;

/** A number as it was written. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;

class Reader {
  private position = 0;
  constructor(private readonly text: string) {}

  document(): LiteralJson {
    const value = this.value();
    this.blank();
    if (this.position !== this.text.length) this.fail('text after the end');
    return value;
  }

  private fail(reason: string): never {
    throw new RecordError(`Not JSON at ${this.position}: ${reason}`);
  }

  private blank(): void {
    while (' \t\r\n'.includes(this.text[this.position] ?? 'x')) this.position += 1;
  }

  private take(expected: string): boolean {
    this.blank();
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.position += found.length;
    return found;
  }

  private string(): string {
    this.blank();
    const text = this.match(STRING);
    if (text === null) this.fail('a string was expected');
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : this.fail('a string was expected');
  }

  private value(): LiteralJson {
    this.blank();
    if (this.take('null')) return null;
    if (this.take('true')) return true;
    if (this.take('false')) return false;
    if (this.text[this.position] === '"') return this.string();
    if (this.take('[')) return this.list();
    if (this.take('{')) return this.object();
    const number = this.match(NUMBER);
    return number === null ? this.fail('a value was expected') : new JsonNumber(number);
  }

  private list(): LiteralJson[] {
    const items: LiteralJson[] = [];
    if (this.take(']')) return items;
    do items.push(this.value());
    while (this.take(','));
    if (!this.take(']')) this.fail('] was expected');
    return items;
  }

  private object(): Map<string, LiteralJson> {
    const entries = new Map<string, LiteralJson>();
    if (this.take('}')) return entries;
    do {
      const key = this.string();
      if (!this.take(':')) this.fail(': was expected');
      entries.set(key, this.value());
    } while (this.take(','));
    if (!this.take('}')) this.fail('} was expected');
    return entries;
  }
}

/** Parses JSON and keeps the text of numbers. Throws RecordError. */
export function parseLiteralJson(text: string): LiteralJson {
  return new Reader(text).document();
}

/** The text again, compact, numbers as they were written. */
export function printLiteralJson(value: LiteralJson): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.text;
  if (isObject(value)) return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${printLiteralJson(item)}`).join(',')}}`;
  return `[${value.map(printLiteralJson).join(',')}]`;
}

export function isObject(value: LiteralJson | undefined): value is LiteralObject {
  return value instanceof Map;
}

export function isList(value: LiteralJson | undefined): value is readonly LiteralJson[] {
  return Array.isArray(value);
}
