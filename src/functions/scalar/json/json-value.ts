/** A JSON value that keeps the text of its numbers: 1.50 is not 1.5, and a great integer loses no digit. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;
/** Names in order of their first appearance; any name is allowed. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as it was written. */
export class JsonNumber {
  constructor(readonly text: string) {}
  /** Written without point and exponent. */
  get isInteger(): boolean {
    return !/[.eE]/.test(this.text);
  }
}

export const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;
export const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
