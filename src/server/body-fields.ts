import type { PropertyValues } from '../api/index.js';
import { indexesOf, integerField, listField, propertiesField, stringField, variablesField, type JsonObject } from './read-body.js';

/** A part of JSON Schema, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A field of a body: what it may hold, and the one way to read it. Reading checks what the schema says and throws RequestError. */
export interface BodyField<T> {
  readonly name: string;
  readonly schema: JsonSchema;
  of(body: JsonObject): T;
}
/** The fields that a body may have. Others are ignored, as ksqlDB does. */
export type BodyShape = Readonly<Record<string, BodyField<unknown>>>;

export const textField = (name: string, description: string): BodyField<string | undefined> => ({
  name, schema: { type: ['string', 'null'], description }, of: (body) => stringField(body, name),
});

export const wholeNumberField = (name: string, description: string): BodyField<number | undefined> => ({
  name, schema: { type: ['integer', 'null'], description }, of: (body) => integerField(body, name),
});

export const textsField = (name: string, description: string): BodyField<readonly string[]> => ({
  name, schema: { type: ['array', 'null'], items: { type: 'string' }, description }, of: (body) => listField(body, name),
});

export const indexesField = (name: string, description: string): BodyField<readonly number[]> => ({
  name, schema: { type: 'array', items: { type: 'integer', minimum: 0 }, description }, of: (body) => indexesOf(body, name),
});

const VALUES = { type: ['string', 'number', 'boolean'] };

export const valuesField = (name: string, description: string): BodyField<PropertyValues> => ({
  name, schema: { type: ['object', 'null'], additionalProperties: VALUES, description }, of: (body) => propertiesField(body, name),
});

export const variablesOf = (name: string, description: string): BodyField<Readonly<Record<string, string>>> => ({
  name, schema: { type: ['object', 'null'], additionalProperties: VALUES, description }, of: (body) => variablesField(body, name),
});

/** The schema of a whole body. */
export function bodySchema(shape: BodyShape): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(Object.values(shape).map(({ name, schema }) => [name, schema])) };
}
