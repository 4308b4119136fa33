import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordError } from '../../../src/errors/index.js';
import { formatOf, GrowableSink } from '../../../src/serde/index.js';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING, type Column, type SqlValue } from '../../../src/types/index.js';
import { noSchemas } from '../../unit/serde/sides.js';
import { anyType, columnsOf, hostileName, tableOf, withoutNegativeZero } from './arbitraries.js';

function sideOf(columns: readonly Column[], isKey = false) {
  return { format: { name: 'JSON' as const, properties: {}, features: [] }, isKey, columns, window: null, subject: 's', schemas: noSchemas };
}

function scanAll(columns: readonly Column[], used: readonly boolean[]): (record: Buffer) => SqlValue[] {
  const reader = formatOf('JSON').compileReader(sideOf(columns), used);
  return (record) => {
    reader.scan(record, 0, record.length);
    return reader.columns.map((get, index) => (used[index] === true ? get() : null));
  };
}

test('random columns and rows survive writing and reading, whatever their names', () => {
  fc.assert(
    fc.property(tableOf(columnsOf(hostileName, anyType(hostileName))), ({ columns, rows }) => {
      const writer = formatOf('JSON').compileWriter(sideOf(columns));
      const read = scanAll(columns, columns.map(() => true));
      const sink = new GrowableSink();
      for (const row of rows) {
        sink.position = 0;
        writer.write(row, sink);
        JSON.parse(sink.bytesSince(0).toString());
        expect(read(sink.bytesSince(0))).toEqual(row.map(withoutNegativeZero));
      }
    }),
    { numRuns: 300 },
  );
});

/** The plain way: parse, match names, convert. */
function oracle(columns: readonly Column[], json: string): SqlValue[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const upper = new Map([...fields].map(([name, value]) => [name.toUpperCase(), value] as const));
  const values: SqlValue[] = [];
  for (const { name, type } of columns) {
    const value = fields.has(name) ? fields.get(name) : upper.get(name);
    if (value === undefined || value === null) values.push(null);
    else if (type === BOOLEAN && typeof value === 'boolean') values.push(value);
    else if (type === INTEGER && typeof value === 'number' && Math.abs(value) < 2 ** 31) values.push(Math.trunc(value) + 0);
    else if (type === BIGINT && typeof value === 'number' && Number.isSafeInteger(Math.trunc(value))) values.push(Math.trunc(value) + 0);
    else if (type === DOUBLE && typeof value === 'number') values.push(value + 0);
    else if (type === STRING && typeof value === 'string') values.push(value);
    else return null;
  }
  return values;
}

const scalar = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), fc.string(), fc.boolean(), fc.constant(null));
const columns: Column[] = [{ name: 'A', type: INTEGER }, { name: 'B', type: STRING }, { name: 'C', type: BIGINT }, { name: 'D', type: DOUBLE }, { name: 'E', type: BOOLEAN }];
const document = fc.uniqueArray(fc.tuple(fc.constantFrom('A', 'a', 'B', 'c', 'C', 'd', 'E', 'x', 'y z'), fc.oneof(scalar, fc.jsonValue())), { selector: ([name]) => name, maxLength: 8 });

test('the compiled reader agrees with JSON.parse and plain conversion', () => {
  const read = scanAll(columns, columns.map(() => true));
  fc.assert(
    fc.property(document, fc.constantFrom(undefined, 1), (fields, indent) => {
      const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value, null, indent)}`).join(indent === 1 ? ' , ' : ',')}}`;
      const expected = oracle(columns, json);
      if (expected === null) return;
      expect(read(Buffer.from(json))).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('damaged records are refused exactly where JSON.parse refuses them, fast, used or not', () => {
  const readers = [scanAll(columns, columns.map(() => true)), scanAll(columns, columns.map(() => false))];
  const damage = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400) }),
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(400), byte: fc.integer({ min: 0, max: 127 }) }),
  );
  fc.assert(
    fc.property(document, damage, (fields, change) => {
      const bytes = Buffer.from(`{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`);
      const damaged = change.kind === 'cut' ? bytes.subarray(0, change.at % bytes.length) : bytes;
      if (change.kind === 'flip') damaged[change.at % damaged.length] = change.byte;
      let isJson = true;
      try {
        JSON.parse(damaged.toString());
      } catch {
        isJson = false;
      }
      for (const read of readers) {
        let accepted = true;
        try {
          read(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
          accepted = false;
        }
        if (!isJson) expect(accepted).toBe(false);
      }
    }),
    { numRuns: 3000 },
  );
});

test('huge and hostile documents cost little', () => {
  const read = scanAll(columns, columns.map(() => true));
  const started = process.hrtime.bigint();
  for (const text of [`{"B":"${'x'.repeat(1 << 20)}`, `{"A":${'1'.repeat(1 << 20)}}`, `{"x":${'{"a":'.repeat(1 << 18)}`, `{"B":"${'\\'.repeat(1 << 20)}`, `{"D":1e${'9'.repeat(900)}x}`]) {
    expect(() => read(Buffer.from(text))).toThrow(RecordError);
  }
  expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
});
