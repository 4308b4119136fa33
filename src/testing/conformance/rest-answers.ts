import { parseColumnList } from '../../parser/index.js';
import type { SqlType } from '../../types/index.js';
import { isList, isObject, JsonNumber, printLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';
import type { Actual } from './actual.js';
import { object, text } from './case-file.js';
import { valueMatches } from './judge.js';
import { typeOf } from './post-conditions.js';
import { protobufText, sortedMapEntries } from './proto-text.js';
import { jsonToActual } from './sql-values.js';

const RULES = { looseDoubles: false, exactDoubleText: false };

function equal(actual: LiteralJson, expected: LiteralJson): boolean {
  if (expected instanceof JsonNumber) return actual instanceof JsonNumber && Number(actual.text) === Number(expected.text);
  return printLiteralJson(actual) === printLiteralJson(expected);
}

/** Whether the fields that are given match, objects within objects alike; lists count as a whole. */
function subsetDifference(actual: LiteralJson | undefined, expected: LiteralJson, path: string): string | null {
  if (isObject(expected)) {
    const prefix = expected.get('$startsWith');
    if (typeof prefix === 'string') return typeof actual === 'string' && actual.startsWith(prefix) ? null : `${path} does not start with ${prefix}`;
    if (!isObject(actual)) return `${path} is missing`;
    for (const [name, value] of expected) {
      const difference = subsetDifference(actual.get(name), value, `${path}.${name}`);
      if (difference !== null) return difference;
    }
    return null;
  }
  if (actual !== undefined && equal(actual, expected)) return null;
  return `${path}: ${actual === undefined ? 'nothing' : printLiteralJson(actual)}, expected ${printLiteralJson(expected)}`;
}

export function adminDifference(actual: LiteralJson | undefined, expected: LiteralObject): string | null {
  return subsetDifference(actual, expected, 'entity');
}

function typesOf(header: LiteralObject | null): readonly (SqlType | null)[] {
  const schema = header === null ? null : text(header, 'schema');
  return schema === null ? [] : parseColumnList(schema.replaceAll(/ KEY(?=,|$)/g, '')).map((column) => typeOf(column.type));
}

/** Null when every expected item has a partner of its own. */
function multisetDifference<A, E>(actual: readonly A[], expected: readonly E[], matches: (actual: A, expected: E) => boolean, show: (each: A) => string): string | null {
  const left = [...actual];
  for (const [index, wanted] of expected.entries()) {
    const found = left.findIndex((each) => matches(each, wanted));
    if (found < 0) return `row ${index} was not answered; left over: ${left.map(show).join(' ').slice(0, 400)}`;
    left.splice(found, 1);
  }
  return null;
}

function columnsOf(element: LiteralJson | undefined): readonly LiteralJson[] | null {
  const columns = isObject(element) ? object(element, 'row')?.get('columns') : undefined;
  return isList(columns) ? columns : null;
}

function withoutColumns(element: LiteralObject): LiteralObject {
  const row = object(element, 'row');
  return row === null ? element : new Map([['row', new Map([...row].filter(([name]) => name !== 'columns'))]]);
}

/** Judges the objects of a query's answer: position by position, rows as a multiset unless their order counts. */
export function queryDifference(actual: readonly LiteralJson[], expected: readonly LiteralObject[], verifiesOrder: boolean): string | null {
  const all = actual.map(printLiteralJson).join(' ').slice(0, 800);
  if (actual.length !== expected.length) return `${actual.length} elements, expected ${expected.length}: ${all}`;
  for (const [index, wanted] of expected.entries()) {
    const difference = subsetDifference(actual[index], withoutColumns(wanted), `element ${index}`);
    if (difference !== null) return `${difference} in ${all}`;
  }
  const [first] = actual;
  const types = typesOf(isObject(first) ? object(first, 'header') : null);
  const rows = actual.flatMap((element) => columnsOf(element) ?? []).length === 0 ? [] : actual.flatMap((element) => {
    const columns = columnsOf(element);
    return columns === null ? [] : [columns.map((value, index): Actual => jsonToActual(types[index] ?? null, value))];
  });
  const wanted = expected.flatMap((element) => {
    const columns = columnsOf(element);
    return columns === null ? [] : [columns];
  });
  const matches = (row: readonly Actual[], want: readonly LiteralJson[]): boolean => row.length === want.length && want.every((value, index) => valueMatches(row[index] ?? null, value, RULES));
  if (verifiesOrder) {
    const wrong = wanted.findIndex((want, index) => !matches(rows[index] ?? [], want));
    return wrong < 0 ? null : `row ${wrong} in ${all}`;
  }
  const difference = multisetDifference(rows, wanted, matches, (row) => JSON.stringify(row));
  return difference === null ? null : `${difference} in ${all}`;
}

function protoRow(element: LiteralJson | undefined, schema: string): string | null {
  const bytes = isObject(element) ? object(element, 'row') : null;
  const base64 = bytes === null ? null : text(bytes, 'protobufBytes');
  return base64 === null ? null : protobufText(schema, Buffer.from(base64, 'base64'));
}

/** Judges an answer with protobuf rows. */
export function protoDifference(actual: readonly LiteralJson[], expected: readonly LiteralObject[]): string | null {
  if (actual.length !== expected.length) return `${actual.length} protobuf elements, expected ${expected.length}`;
  const [first] = actual;
  const header = isObject(first) ? object(first, 'header') : null;
  const schema = header === null ? '' : (text(header, 'protoSchema') ?? '');
  const rows: string[] = [];
  const wantedRows: string[] = [];
  for (const [index, wanted] of expected.entries()) {
    const element = actual[index];
    const row = text(wanted, 'row');
    if (row === null) {
      const difference = subsetDifference(element, wanted, `protobuf element ${index}`);
      if (difference !== null) return difference;
      continue;
    }
    const got = protoRow(element, schema);
    if (got === null) return `protobuf element ${index} is no row`;
    rows.push(sortedMapEntries(schema, got));
    wantedRows.push(sortedMapEntries(schema, row));
  }
  return multisetDifference(rows, wantedRows, (left, right) => left === right, (row) => row);
}
