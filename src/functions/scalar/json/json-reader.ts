import { EvaluationError } from '../../evaluation-error.js';
import { JsonNumber, type JsonObject, type JsonValue } from './json-value.js';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"((?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\r\n]*/y;
/** Java identifiers may not follow a number or word directly. */
const STUCK = /[\p{L}\p{Nd}_$.+-]/uy;
/** Deeper documents are refused, as they would exhaust the stack. */
const MAX_DEPTH = 1000;

const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([['true', true], ['false', false], ['null', null]]);

/**
 * Reads the JSON value at the start of a text; undefined for a blank one. What comes after the value is not looked at, as in
 * ksqlDB. Fails with EvaluationError.
 */
export function readJson(text: string): JsonValue | undefined {
  const reader = new JsonReader(text);
  return reader.isBlank ? undefined : reader.value();
}

export class JsonReader {
  #at = 0;
  #depth = 0;

  constructor(readonly text: string) {}

  /** Only white space is left. */
  get isBlank(): boolean {
    this.#match(BLANK);
    return this.#at === this.text.length;
  }

  value(): JsonValue {
    this.#match(BLANK);
    switch (this.text.charAt(this.#at)) {
      case '"':
        return this.#string();
      case '[':
        return [...this.elements()];
      case '{':
        return this.#object();
      default:
        return this.#scalar();
    }
  }

  /** The elements of an array, one after another; fails when the text has none here. */
  *elements(): Iterable<JsonValue> {
    this.#enter('[');
    if (!this.take(']')) {
      do yield this.value();
      while (this.take(','));
      this.#expect(']');
    }
    this.#depth--;
  }

  /** Takes a sign after white space. */
  take(sign: string): boolean {
    this.#match(BLANK);
    if (this.text.charAt(this.#at) !== sign) return false;
    this.#at++;
    return true;
  }

  #object(): JsonObject {
    const entries = new Map<string, JsonValue>();
    this.#enter('{');
    if (!this.take('}')) {
      do {
        this.#match(BLANK);
        const name = this.#string();
        this.#expect(':');
        entries.set(name, this.value());
      } while (this.take(','));
      this.#expect('}');
    }
    this.#depth--;
    return entries;
  }

  #scalar(): JsonValue {
    const word = this.#match(WORD);
    const value: JsonValue | undefined = word === null ? this.#number() : WORDS.get(word);
    if (value === undefined || this.#match(STUCK) !== null) return this.#fail();
    return value;
  }

  #number(): JsonNumber | undefined {
    const text = this.#match(NUMBER);
    return text === null ? undefined : new JsonNumber(text);
  }

  #string(): string {
    const text = this.#match(STRING);
    if (text === null) return this.#fail();
    if (!text.includes('\\')) return text.slice(1, -1);
    // The expression above accepts JSON strings only.
    const parsed: unknown = JSON.parse(text);
    return String(parsed);
  }

  #enter(sign: string): void {
    this.#expect(sign);
    if (++this.#depth > MAX_DEPTH) this.#fail();
  }

  #expect(sign: string): void {
    if (!this.take(sign)) this.#fail();
  }

  #match(expression: RegExp): string | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #fail(): never {
    throw new EvaluationError(`Invalid JSON at character ${this.#at + 1}.`);
  }
}
