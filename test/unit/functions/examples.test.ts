import { expect, test } from 'vitest';
import { present } from '../../../src/errors/index.js';
import { builtInFunctions, type FunctionExample } from '../../../src/functions/index.js';
import { valueToText, type SqlType, type SqlValue } from '../../../src/types/index.js';
import { canRead, evaluate, typeFrom, type Calls } from './example-reader.js';
import { aggregate, call, entryOf, given, resultOf, rowsOf, type Result, type TypedArgument } from './harness.js';

/** Examples that need operators or lambdas are run by the engine's own tests. */
const examples = builtInFunctions.list().flatMap((entry) => entry.examples.map((example) => ({ name: entry.name, ...example })));

const constants: Calls = {
  call: (name, args) => {
    const { type, value } = call(name, ...args);
    return given(type, value);
  },
  column: () => null,
};

test('every function has an example', () => {
  expect(builtInFunctions.list().filter((entry) => entry.examples.length === 0).map(({ name }) => name)).toEqual([]);
});

test.each(examples.filter(({ sql }) => canRead(sql)))('$sql', (example) => {
  expect(outcome(example.name, example)).toBe(example.result);
});

function outcome(name: string, example: FunctionExample): string | null {
  const { kind } = entryOf(name);
  if (kind === 'aggregate') return aggregated(example);
  if (kind === 'table') return exploded(example);
  const { type, value } = evaluate(example.sql, constants);
  return text(sqlType({ type, value }), value);
}

function exploded({ sql }: FunctionExample): string {
  let rows: string[] = [];
  evaluate(sql, {
    ...constants,
    call: (name, args) => {
      if (entryOf(name).kind !== 'table') return constants.call(name, args);
      const result = rowsOf(name, ...args);
      rows = (result.rows ?? []).map((row) => text(result.type, row) ?? 'null');
      return given(result.type, null);
    },
  });
  return rows.join('\n');
}

/** The columns get their values row by row; the literals of the call are constants. */
function aggregated({ sql, over }: FunctionExample): string | null {
  const { columns, rows } = present(over, `rows for ${sql}`);
  const types = columns.split(/,\s*(?=\w+ )/).map((column) => typeFrom(column.slice(column.indexOf(' ') + 1)));
  const literals: Result[] = [];
  let name = '';
  evaluate(sql, {
    call: (called, args) => {
      name = called;
      for (const each of args.slice(types.length)) literals.push({ type: sqlType(each), value: plain(each) });
      return given({ kind: 'NULL' }, null);
    },
    column: () => given({ kind: 'NULL' }, null),
  });
  const bound = aggregate(name, types, literals);
  const values = rows.map((row) => {
    let read: SqlValue[] = [];
    evaluate(`ROW(${row})`, { ...constants, call: (_, args) => ((read = args.map(plain)), given({ kind: 'NULL' }, null)) });
    return read;
  });
  return text(bound.returnType, resultOf(bound, values));
}

function plain({ value }: TypedArgument): SqlValue {
  if (typeof value === 'function') throw new Error('Not a value');
  return value;
}
function sqlType({ type }: TypedArgument): SqlType {
  if (type.kind === 'NULL' || type.kind === 'UNIT' || type.kind === 'LAMBDA') throw new Error('No SQL type');
  return type;
}
function text(type: SqlType, value: ReturnType<typeof plain> | TypedArgument['value']): string | null {
  return value === null || typeof value === 'function' ? null : valueToText(type)(value);
}
