import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dice } from '../../../cli/datagen/dice.js';
import { fieldsOfSchema } from '../../../cli/datagen/own-schema.js';
import { QUICK_STARTS } from '../../../cli/datagen/quick-starts.js';
import { textsMatching } from '../../../cli/datagen/regex-text.js';
import { freshFolder, run } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

test('texts match the pattern they are made from', () => {
  const patterns = ['User_[1-9]{0,1}', 'Item_[1-9][0-9]{0,2}', '[a-c]+x?', '(ab|cd){2,3}', '\\d{3}-\\d{4}', '[^a-z]{5}', 'a.b\\.c', '(?:x|y|z)*', '[\\w-]{4}'];
  fc.assert(fc.property(fc.constantFrom(...patterns), fc.integer(), (pattern, seed) => new RegExp(`^(?:${pattern})$`).test(textsMatching(pattern)(new Dice(seed)))), { seed: 7 });
  for (const wrong of ['(a', '[b', '*', 'a{3,1}', '\\p{L}']) expect(() => textsMatching(wrong)).toThrow('cannot be used');
});

test('every quick start gives rows that its own declaration takes, the same for the same seed', () => {
  const rows = (name: string, seed: number): unknown => {
    const { fields } = QUICK_STARTS[name]?.() ?? { fields: [] };
    const dice = new Dice(seed);
    return Array.from({ length: 50 }, (_, index) => fields.map((field) => JSON.parse(field.make({ dice, index, now: 5 })) as unknown));
  };
  for (const name of Object.keys(QUICK_STARTS)) {
    expect(rows(name, 1)).toEqual(rows(name, 1));
    if (name !== 'clickstream_codes') expect(rows(name, 1)).not.toEqual(rows(name, 2));
  }
  // A visitor is the same user as long as the address is the same.
  const users = new Map((rows('clickstream', 3) as readonly (readonly unknown[])[]).map(([ip, user]) => [ip, user]));
  for (const [ip, user] of (rows('clickstream', 3) as readonly (readonly unknown[])[])) expect(users.get(ip)).toBe(user);
});

const AVRO = {
  type: 'record', name: 'sensor',
  fields: [
    { name: 'id', type: { type: 'string', 'arg.properties': { regex: 'Sensor_[1-5]' } } },
    { name: 'n', type: { type: 'int', 'arg.properties': { iteration: { start: 10, step: 5, restart: 20 } } } },
    { name: 'level', type: { type: 'string', 'arg.properties': { options: ['low', 'high'] } } },
    { name: 'value', type: { type: 'double', 'arg.properties': { range: { min: 1, max: 2 } } } },
    { name: 'count', type: 'long', 'arg.properties': { range: { min: 3, max: 5 } } },
    { name: 'tags', type: { type: 'array', items: 'string', 'arg.properties': { length: { min: 2, max: 3 } } } },
    { name: 'place', type: { type: 'record', name: 'place', fields: [{ name: 'x', type: ['null', 'int'] }, { name: 'kind', type: { type: 'enum', name: 'k', symbols: ['A', 'B'] } }] } },
  ],
};

test('own schemas: Avro with its annotations, and JSON Schema', () => {
  const { fields } = fieldsOfSchema(JSON.stringify(AVRO));
  expect(fields.map((field) => field.type)).toEqual(['STRING', 'INTEGER', 'STRING', 'DOUBLE', 'BIGINT', 'ARRAY<STRING>', 'STRUCT<`x` INTEGER, `kind` STRING>']);
  const dice = new Dice(1);
  const rows = Array.from({ length: 20 }, (_, index) => fields.map((field) => JSON.parse(field.make({ dice, index, now: 0 })) as unknown));
  for (const [index, [id, n, level, value, count, tags]] of rows.entries()) {
    expect(id).toMatch(/^Sensor_[1-5]$/);
    expect(n).toBe(index % 2 === 0 ? 10 : 15);
    expect(['low', 'high']).toContain(level);
    expect(value).toBeGreaterThanOrEqual(1);
    expect([3, 4]).toContain(count);
    expect(tags).toHaveLength(2);
  }
  const json = { type: 'object', title: 'car', properties: { plate: { type: 'string', pattern: '[A-Z]{2}\\d{2}' }, speed: { type: 'integer', minimum: 30, maximum: 130 }, at: { type: 'string', format: 'date-time' } } };
  expect(fieldsOfSchema(JSON.stringify(json)).fields.map((field) => `${field.name} ${field.type}`)).toEqual(['plate STRING', 'speed BIGINT', 'at TIMESTAMP']);
  for (const wrong of ['[]', '{', '{"type":"record"}', '{"type":"object"}', '{"type":"record","fields":[{"name":"a","type":"map"}]}']) expect(() => fieldsOfSchema(wrong)).toThrow('The schema cannot be used');
});

test('rows go into a stream over the usual topic, or to standard output', () => {
  const folder = freshFolder();
  const data = join(folder, 'data');
  const datagen = (...args: readonly string[]): ReturnType<typeof run> => run(['datagen', '--data', data, ...args]);
  for (const name of Object.keys(QUICK_STARTS)) {
    expect(datagen('--quickstart', name, '--count', '20', '--topic', `${name}_topic`)).toMatchObject({ code: 0, err: containing('generated 20 rows') });
  }
  expect(datagen('quickstart=orders', 'iterations=3', '--stream', 'others', '--seed', '5')).toMatchObject({ code: 0 });
  expect(run(['--data', data, '-e', 'SHOW STREAMS;', '--output', 'csv']).out).toContain('OTHERS,orders_kafka_topic_json,KAFKA,JSON,false');
  const rows = run(['export', 'others', '--data', data, '--metadata', 'none']).out.trim().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(rows.map((row) => [row['ROWKEY'], row['ORDERID']])).toEqual([[0, 0], [1, 1], [2, 2]]);
  const schema = join(folder, 'sensor.avsc');
  writeFileSync(schema, JSON.stringify(AVRO));
  expect(datagen('--schema', schema, '--count', '5', '--format', 'AVRO', '--timestamp', 'count')).toMatchObject({ code: 0, err: containing('generated 5 rows') });
  expect(run(['export', 'sensor', '--data', data]).out.trim().split('\n')).toHaveLength(5);
  const printed = datagen('--quickstart', 'users', '--count', '2', '--stdout', '--seed', '9');
  expect(printed.out.trim().split('\n')).toHaveLength(2);
  expect(datagen('--quickstart', 'users', '--count', '2', '--stdout', '--seed', '9').out).toBe(printed.out);
  expect(datagen('--quickstart', 'order')).toMatchObject({ code: 1, err: containing('orders') });
  expect(datagen('nonsense=1')).toMatchObject({ code: 1, err: containing('Unknown argument') });
}, 120_000);
