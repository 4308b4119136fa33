import { describe, expect, test } from 'vitest';
import { incompatibilities } from '../../../src/registry/compatibility.js';
import type { CompatibilityLevel, ResolvedSchema } from '../../../src/registry/registry.js';

const json = (document: unknown): ResolvedSchema => ({ kind: 'JSON', text: JSON.stringify(document), references: [] });
const check = (fresh: unknown, old: unknown, level: CompatibilityLevel = 'BACKWARD'): readonly string[] =>
  incompatibilities(json(fresh), [{ version: 1, schema: json(old) }], level).flatMap((each) => /errorType:'(\w+)', place:'([^']*)'/.exec(each)?.slice(1, 3).join(' ') ?? []);
const object = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });
const text = { type: 'string' };
const number = { type: 'number' };
const closed = { additionalProperties: false };

describe('content models', () => {
  const cases: readonly [string, object, object, readonly string[]][] = [
    ['open: a property comes', object({ a: text, b: number }), object({ a: text }), ['PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b']],
    ['open: a property that may be anything comes', object({ a: text, b: {} }), object({ a: text }), []],
    ['open: a property goes', object({ a: text }), object({ a: text, b: number }), []],
    ['closed: a property comes', object({ a: text, b: number }, closed), object({ a: text }, closed), []],
    ['closed: a required one comes', object({ a: text, b: number }, { ...closed, required: ['b'] }), object({ a: text }, closed), ['REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b']],
    ['closed: a required one with a default comes', object({ a: text, b: { ...number, default: 1 } }, { ...closed, required: ['b'] }), object({ a: text }, closed), []],
    ['closed: a property goes', object({ a: text }, closed), object({ a: text, b: number }, closed), ['PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/b']],
    ['closed: a refused property goes', object({ a: text }, closed), object({ a: text, b: false }, closed), []],
    ['partly open: a covered property comes', object({ b: number }, { additionalProperties: { type: 'integer' } }), object({}, { additionalProperties: { type: 'integer' } }), []],
    ['partly open: another comes', object({ b: text }, { additionalProperties: number }), object({}, { additionalProperties: number }), ['PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b']],
    ['partly open: a covered one goes', object({}, { additionalProperties: number }), object({ b: { type: 'integer' } }, { additionalProperties: number }), []],
    ['partly open: another goes', object({}, { additionalProperties: number }), object({ b: text }, { additionalProperties: number }), ['PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b']],
    ['patterns cover', object({ 'x-b': text }, { ...closed, patternProperties: { '^x-': text } }), object({}, { ...closed, patternProperties: { '^x-': text } }), []],
    ['open becomes closed', object({ a: text }, closed), object({ a: text }), ['ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties']],
    ['closed becomes open', object({ a: text }), object({ a: text }, closed), []],
    ['open becomes partly open', object({ a: text }, { additionalProperties: text }), object({ a: text }), ['ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties']],
  ];
  for (const [name, fresh, old, expected] of cases) test(name, () => expect(check(fresh, old)).toEqual(expected));
  test('full: what may come in a closed one may not go', () => {
    expect(check(object({ a: text, b: number }, closed), object({ a: text }, closed), 'FULL')).toEqual(['PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/b']);
  });
});

describe('required', () => {
  test('may go, not come without a default', () => {
    expect(check(object({ a: text }), object({ a: text }, { required: ['a'] }))).toEqual([]);
    expect(check(object({ a: text }, { required: ['a'] }), object({ a: text }))).toEqual(['REQUIRED_ATTRIBUTE_ADDED #/required']);
    expect(check(object({ a: { ...text, default: '' } }, { required: ['a'] }), object({ a: text }))).toEqual([]);
  });
});

describe('types and values', () => {
  const cases: readonly [string, unknown, unknown, readonly string[]][] = [
    ['integer grows to number', number, { type: 'integer' }, []],
    ['number shrinks to integer', { type: 'integer' }, number, ['TYPE_CHANGED #/type']],
    ['a type becomes one of a list', { type: ['string', 'null'] }, text, []],
    ['a list shrinks', text, { type: ['string', 'null'] }, ['TYPE_NARROWED #/type']],
    ['another type', number, text, ['TYPE_CHANGED #/type']],
    ['anything becomes a type', text, {}, ['SCHEMA_ADDED #']],
    ['a type becomes anything', { description: 'free' }, text, []],
    ['values come', { enum: ['a', 'b'] }, { enum: ['a'] }, []],
    ['values go', { enum: ['a'] }, { enum: ['a', 'b'] }, ['ENUM_ARRAY_NARROWED #/enum']],
    ['only listed values', { type: 'string', enum: ['a'] }, text, ['ENUM_ARRAY_CHANGED #/enum']],
    ['values become a type', text, { enum: ['a', 'b'] }, []],
    ['a constant becomes one of several', { enum: [1, 2] }, { const: 1 }, []],
    ['nothing any more', false, text, ['FALSE_SCHEMA #']],
  ];
  for (const [name, fresh, old, expected] of cases) test(name, () => expect(check(fresh, old)).toEqual(expected));
});

describe('limits', () => {
  const cases: readonly [string, object, object, readonly string[]][] = [
    ['a most grows', { ...text, maxLength: 9 }, { ...text, maxLength: 5 }, []],
    ['a most shrinks', { ...text, maxLength: 5 }, { ...text, maxLength: 9 }, ['MAX_LENGTH_DECREASED #/maxLength']],
    ['a least comes', { ...number, minimum: 0 }, number, ['MINIMUM_ADDED #/minimum']],
    ['a least grows', { ...number, exclusiveMinimum: 3 }, { ...number, exclusiveMinimum: 1 }, ['EXCLUSIVE_MINIMUM_INCREASED #/exclusiveMinimum']],
    ['a limit goes', number, { ...number, maximum: 3 }, []],
    ['a pattern comes', { ...text, pattern: 'x' }, text, ['PATTERN_ADDED #/pattern']],
    ['a multiple divides the old one', { ...number, multipleOf: 5 }, { ...number, multipleOf: 10 }, []],
    ['a multiple grows', { ...number, multipleOf: 10 }, { ...number, multipleOf: 5 }, ['MULTIPLE_OF_EXPANDED #/multipleOf']],
    ['a limit of another type says nothing', { type: 'string', maximum: 3 }, text, []],
  ];
  for (const [name, fresh, old, expected] of cases) test(name, () => expect(check(fresh, old)).toEqual(expected));
});

describe('arrays', () => {
  test('items are compared', () => {
    expect(check({ type: 'array', items: number }, { type: 'array', items: { type: 'integer' } })).toEqual([]);
    expect(check({ type: 'array', items: text }, { type: 'array', items: number })).toEqual(['TYPE_CHANGED #/items/type']);
    expect(check({ type: 'array', items: [text, number] }, { type: 'array', items: [text], additionalItems: number })).toEqual([]);
    expect(check({ type: 'array', prefixItems: [text], items: false }, { type: 'array', prefixItems: [text, number], items: false })).toEqual(['FALSE_SCHEMA #/items/1']);
    expect(check({ type: 'array', items: text, uniqueItems: true }, { type: 'array', items: text })).toEqual(['UNIQUE_ITEMS_ADDED #/uniqueItems']);
  });
});

describe('combinations', () => {
  const nullable = (schema: object): object => ({ oneOf: [{ type: 'null' }, schema] });
  test('choices may come, not go', () => {
    expect(check(nullable(text), text)).toEqual([]);
    expect(check({ anyOf: [text, number, { type: 'null' }] }, { anyOf: [text, number] })).toEqual([]);
    expect(check({ oneOf: [text] }, { oneOf: [text, number] })).toEqual(['SUM_TYPE_NARROWED #/oneOf/1']);
    expect(check(text, nullable(text))).toEqual(['TYPE_CHANGED #/oneOf/0/type']);
    expect(check(nullable(number), text)).toEqual(['TYPE_NARROWED #']);
  });
  test('a change inside a choice is told by its place', () => {
    expect(check(nullable(object({ a: number })), nullable(object({ a: text })))).toEqual(['TYPE_CHANGED #/oneOf/1/properties/a/type']);
  });
  test('all of: less may be asked, not more', () => {
    expect(check({ allOf: [object({ a: text })] }, { allOf: [object({ a: text }), object({ b: number })] })).toEqual([]);
    expect(check({ allOf: [text, { type: 'string', maxLength: 3 }] }, { allOf: [text] })).toEqual(['PRODUCT_TYPE_EXTENDED #/allOf/1']);
  });
  test('not: less may be excluded, not more', () => {
    expect(check({ not: { type: 'integer' }, type: 'number' }, { not: number, type: 'number' })).toEqual([]);
    expect(check({ not: number }, { not: { type: 'integer' } })).toEqual(['NOT_TYPE_EXTENDED #/not']);
  });
});

describe('references', () => {
  const tree = (type: string): object => ({ $ref: '#/definitions/node', definitions: { node: object({ value: { type }, next: { $ref: '#/definitions/node' } }) } });
  test('to a part of the document, also to itself', () => {
    expect(check(tree('number'), tree('integer'))).toEqual([]);
    expect(check(tree('string'), tree('integer'))).toEqual(['TYPE_CHANGED #/properties/value/type']);
  });
  test('to another subject', () => {
    const using = (schema: ResolvedSchema): ResolvedSchema => ({ kind: 'JSON', text: '{"type":"object","properties":{"a":{"$ref":"a.json"}}}', references: [{ name: 'a.json', schema }] });
    const messages = incompatibilities(using(json(number)), [{ version: 3, schema: using(json(text)) }], 'BACKWARD');
    expect(messages[0]).toContain(`place:'#/properties/a/type'`);
    expect(messages).toContain('{oldSchemaVersion: 3}');
  });
  test('that lead nowhere are refused', () => {
    expect(() => check({ $ref: '#/definitions/gone' }, text)).toThrow('#/definitions/gone leads nowhere');
  });
});

test('names that objects have by nature are names like others', () => {
  const schema = (type: string): ResolvedSchema => ({ kind: 'JSON', text: `{"type":"object","properties":{"__proto__":{"type":"${type}"},"constructor":{"type":"string"}}}`, references: [] });
  expect(incompatibilities(schema('string'), [{ version: 1, schema: schema('integer') }], 'BACKWARD')[0]).toContain('#/properties/__proto__/type');
});

test('schemas of another kind do not follow', () => {
  expect(incompatibilities(json(text), [{ version: 1, schema: { kind: 'AVRO', text: '"string"', references: [] } }], 'BACKWARD')[0]).toContain('SCHEMA_TYPE_CHANGED');
  expect(incompatibilities(json(text), [{ version: 1, schema: { kind: 'AVRO', text: '"string"', references: [] } }], 'NONE')).toEqual([]);
});
