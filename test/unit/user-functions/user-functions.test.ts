import { describe, expect, test } from 'vitest';
import { defineAggregate, defineScalar, defineTable, open, type Database, type FunctionDefinition, type JsObject } from '../../../src/index.js';

/** Typed: the matchers of the test library are not. */
const containing = (text: string): unknown => expect.stringContaining(text);

async function withFunctions<T>(functions: readonly FunctionDefinition[], use: (db: Database) => Promise<T>): Promise<T> {
  const db = await open({ memory: true, functions, properties: { 'ksql.streams.auto.offset.reset': 'earliest' } });
  try {
    return await use(db);
  } finally {
    await db.close();
  }
}

async function rows(db: Database, sql: string): Promise<JsObject[]> {
  const found: JsObject[] = [];
  for await (const row of await db.query(sql)) found.push({ ...row });
  return found;
}

const STREAM = `CREATE STREAM s (id STRING KEY, n INT, big BIGINT, price DECIMAL(6, 2), at_time TIMESTAMP, day DATE, tags ARRAY<STRING>, marks MAP<STRING, INT>, place STRUCT<X INT, NAME STRING>, raw BYTES)
  WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);`;
const ROW = { ID: 'a', N: 3, BIG: 2n ** 60n, PRICE: '12.50', AT_TIME: new Date(1_700_000_000_123), DAY: '2024-02-29', TAGS: ['x', 'y'], MARKS: new Map([['m', 1]]), PLACE: { X: 1, NAME: 'here' }, RAW: new Uint8Array([1, 2]) };

/** The value of one expression over one row, as the program sees it. */
async function evaluated(functions: readonly FunctionDefinition[], expression: string): Promise<unknown> {
  return withFunctions(functions, async (db) => {
    await db.execute(STREAM);
    await db.insert('S', [ROW]);
    const [row] = await rows(db, `SELECT ${expression} AS v FROM s EMIT CHANGES LIMIT 1;`);
    return row?.['V'];
  });
}

describe('scalar functions', () => {
  test('get and give values of every type', async () => {
    const echo = (type: string): FunctionDefinition => defineScalar({ name: 'ECHO', parameters: [type], returns: type, evaluate: (value) => value });
    const columns: readonly (readonly [string, string, unknown])[] = [
      ['INT', 'n', 3], ['BIGINT', 'big', 2n ** 60n], ['DECIMAL(6, 2)', 'price', '12.50'], ['TIMESTAMP', 'at_time', ROW.AT_TIME], ['DATE', 'day', '2024-02-29'],
      ['ARRAY<STRING>', 'tags', ['x', 'y']], ['MAP<STRING, INT>', 'marks', ROW.MARKS], ['BYTES', 'raw', ROW.RAW],
    ];
    for (const [type, column, expected] of columns) expect(await evaluated([echo(type)], `ECHO(${column})`)).toEqual(expected);
    expect({ ...((await evaluated([echo('STRUCT<X INT, NAME STRING>')], 'echo(place)')) as object) }).toEqual({ X: 1, NAME: 'here' });
  });
  test('know their arguments by their types', async () => {
    const repeat = defineScalar({ name: 'repeat_text', parameters: ['STRING', { name: 'times', type: 'INT' }], returns: 'STRING', evaluate: (text, times) => text.repeat(times) });
    expect(await evaluated([repeat], `REPEAT_TEXT('ab', n)`)).toBe('ababab');
  });
  test('have variants, repeated parameters and decimals of any size', async () => {
    const functions = [
      defineScalar({ name: 'KIND_OF', parameters: ['INT'], returns: 'STRING', evaluate: () => 'number' }),
      defineScalar({ name: 'KIND_OF', parameters: ['STRING'], returns: 'STRING', evaluate: () => 'text' }),
      defineScalar({ name: 'LONGEST', parameters: ['STRING...'], returns: 'STRING', evaluate: (...texts) => texts.reduce((best, each) => (each.length > best.length ? each : best), '') }),
      defineScalar({ name: 'DIGITS', parameters: ['DECIMAL'], returns: 'INT', evaluate: (text) => text.replace(/\D/g, '').length }),
    ];
    expect(await evaluated(functions, `KIND_OF(n) + KIND_OF(id) + LONGEST('a', 'ccc', 'bb')`)).toBe('numbertextccc');
    expect(await evaluated(functions, 'DIGITS(price) + DIGITS(CAST(price AS DECIMAL(9, 4)))')).toBe(10);
  });
  test('are not called for nulls, unless they ask for it', async () => {
    const shown = (nulls: 'propagate' | 'called'): FunctionDefinition => defineScalar({ name: 'SHOWN', parameters: ['INT'], returns: 'STRING', nulls, evaluate: (value) => `<${String(value)}>` });
    expect(await evaluated([shown('propagate')], 'SHOWN(CAST(NULL AS INT))')).toBeNull();
    expect(await evaluated([shown('called')], 'SHOWN(CAST(NULL AS INT))')).toBe('<null>');
  });
  test('that fail leave null for their row, and a line in the processing log', async () => {
    const picky = defineScalar({
      name: 'PICKY', parameters: ['INT'], returns: 'INT',
      evaluate: (value) => {
        if (value === 2) throw new Error('two is odd');
        return value === 3 ? 0.5 : value;
      },
    });
    await withFunctions([picky], async (db) => {
      await db.execute(`CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);
        CREATE STREAM t WITH (KAFKA_TOPIC='t') AS SELECT id, PICKY(n) AS p FROM s;`);
      await db.insert('S', [{ ID: 'a', N: 1 }, { ID: 'b', N: 2 }, { ID: 'c', N: 3 }, { ID: 'd', N: 4 }]);
      await db.whenIdle();
      expect((await rows(db, 'SELECT * FROM t EMIT CHANGES LIMIT 4;')).map((row) => row['P'])).toEqual([1, null, null, 4]);
      await db.execute(`CREATE STREAM log (message STRUCT<recordProcessingError STRUCT<errorMessage STRING>>) WITH (KAFKA_TOPIC='default_ksql_processing_log', VALUE_FORMAT='JSON');`);
      const log = await rows(db, 'SELECT message->recordProcessingError->errorMessage AS m FROM log EMIT CHANGES LIMIT 2;');
      expect(log.map((row) => row['M'])).toEqual([containing('Function PICKY failed: two is odd'), containing('Function PICKY gave what is no INTEGER')]);
    });
  });
  test('that give a promise fail', async () => {
    const late: FunctionDefinition = { ...defineScalar({ name: 'LATE', parameters: ['INT'], returns: 'INT', evaluate: () => 1 }), ...{ evaluate: () => Promise.resolve(1) } };
    expect(await evaluated([late], 'LATE(n)')).toBeNull();
  });
  test('are shown like others', async () => {
    const known = defineScalar({ name: 'KNOWN', description: 'Knows.', author: 'Ada', parameters: [{ name: 'what', type: 'INT', description: 'the thing' }], returns: 'STRING', evaluate: () => '' });
    await withFunctions([known], async (db) => {
      expect(await db.execute('DESCRIBE FUNCTION known;')).toMatchObject([{ name: 'KNOWN', description: 'Knows.', author: 'Ada', functions: [{ arguments: [{ name: 'what', type: 'INTEGER', description: 'the thing' }], returnType: 'STRING' }] }]);
    });
  });
});

test('table functions give rows, from lists and generators', async () => {
  const functions = [
    defineTable({
      name: 'COUNT_UP', parameters: ['INT'], returns: 'INT',
      *evaluate(to) {
        for (let at = 1; at <= (to ?? 0); at += 1) yield at;
      },
    }),
    defineTable({ name: 'LETTERS', parameters: ['STRING'], returns: 'STRING', evaluate: (text) => (text === null ? null : text.split('')) }),
  ];
  await withFunctions(functions, async (db) => {
    await db.execute(`CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);`);
    await db.insert('S', [{ ID: 'xyz', N: 2 }]);
    const found = await rows(db, 'SELECT COUNT_UP(n) AS i, LETTERS(id) AS l FROM s EMIT CHANGES LIMIT 3;');
    expect(found.map((row) => [row['I'], row['L']])).toEqual([[1, 'x'], [2, 'y'], [null, 'z']]);
  });
});

describe('aggregates', () => {
  const spread = defineAggregate({
    name: 'SPREAD', parameters: ['INT'], state: 'STRUCT<LOW INT, HIGH INT>', returns: 'INT',
    initialize: () => ({ LOW: null, HIGH: null }),
    aggregate: (state, value) => {
      if (value === null) return state;
      const [low, high] = [state['LOW'], state['HIGH']];
      return { LOW: typeof low === 'number' ? Math.min(low, value) : value, HIGH: typeof high === 'number' ? Math.max(high, value) : value };
    },
    merge: (left, right) =>
      left['LOW'] === null ? right : right['LOW'] === null ? left : { LOW: Math.min(Number(left['LOW']), Number(right['LOW'])), HIGH: Math.max(Number(left['HIGH']), Number(right['HIGH'])) },
    result: (state) => (typeof state['LOW'] === 'number' ? Number(state['HIGH']) - state['LOW'] : null),
  });
  const total = defineAggregate({
    name: 'TOTAL', parameters: ['INT'], state: 'BIGINT', returns: 'BIGINT',
    initialize: () => 0, aggregate: (state, value) => Number(state) + (value ?? 0), undo: (state, value) => Number(state) - (value ?? 0),
  });
  const source = `CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);`;
  test('keep a state of their own', async () => {
    await withFunctions([spread], async (db) => {
      await db.execute(`${source} CREATE TABLE t AS SELECT id, SPREAD(n) AS v FROM s GROUP BY id;`);
      await db.insert('S', [{ ID: 'a', N: 4 }, { ID: 'a', N: 9 }, { ID: 'b', N: 1 }, { ID: 'a', N: -1 }]);
      await db.whenIdle();
      expect((await rows(db, `SELECT * FROM t;`)).map((row) => [row['ID'], row['V']])).toEqual([['a', 10], ['b', 0]]);
    });
  });
  test('merge sessions', async () => {
    await withFunctions([spread], async (db) => {
      await db.execute(`${source} CREATE TABLE t AS SELECT id, SPREAD(n) AS v FROM s WINDOW SESSION (10 SECONDS) GROUP BY id;`);
      await db.insert('S', [{ ID: 'a', N: 4, ROWTIME: 0 }, { ID: 'a', N: 9, ROWTIME: 20_000 }, { ID: 'a', N: 5, ROWTIME: 10_000 }]);
      await db.whenIdle();
      expect((await rows(db, `SELECT * FROM t WHERE id = 'a';`)).map((row) => row['V'])).toEqual([5]);
    });
  });
  test('follow changes of tables where they can undo', async () => {
    await withFunctions([spread, total], async (db) => {
      await db.execute(`CREATE TABLE p (id STRING PRIMARY KEY, g STRING, n INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON', PARTITIONS=1);
        CREATE TABLE t AS SELECT g, TOTAL(n) AS v FROM p GROUP BY g;`);
      await db.insert('P', [{ ID: 'a', G: 'x', N: 5 }, { ID: 'b', G: 'x', N: 7 }, { ID: 'a', G: 'x', N: 1 }]);
      await db.whenIdle();
      expect((await rows(db, `SELECT * FROM t;`)).map((row) => row['V'])).toEqual([8]);
      await expect(db.execute('CREATE TABLE u AS SELECT g, SPREAD(n) AS v FROM p GROUP BY g;')).rejects.toThrow(/SPREAD/);
    });
  });
});

test('a row that fails changes no aggregate and gives no rows; the query goes on', async () => {
  const refuse = (value: number | null): number => {
    if (value === null || value < 0) throw new Error('negative');
    return value;
  };
  const functions = [
    defineAggregate({ name: 'SUM_OF', parameters: ['INT'], state: 'INT', returns: 'INT', initialize: () => 0, aggregate: (state, value) => state + refuse(value) }),
    defineTable({
      name: 'TWICE', parameters: ['INT'], returns: 'INT',
      *evaluate(value) {
        yield 0;
        yield refuse(value);
      },
    }),
  ];
  await withFunctions(functions, async (db) => {
    await db.execute(`CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);
      CREATE TABLE t AS SELECT id, SUM_OF(n) AS v FROM s GROUP BY id; CREATE STREAM u AS SELECT id, TWICE(n) AS w FROM s;`);
    await db.insert('S', [{ ID: 'a', N: 4 }, { ID: 'a', N: -9 }, { ID: 'a', N: 5 }]);
    await db.whenIdle();
    expect((await rows(db, 'SELECT * FROM t;')).map((row) => row['V'])).toEqual([9]);
    expect((await rows(db, 'SELECT * FROM u EMIT CHANGES LIMIT 4;')).map((row) => row['W'])).toEqual([0, 4, 0, 5]);
  });
});

describe('definitions that are refused', () => {
  const good = { name: 'F', parameters: ['INT'], returns: 'INT', evaluate: () => 1 };
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a built-in name', { ...good, name: 'ucase', kind: 'scalar' }, 'Function ucase: UCASE is a built-in function'],
    ['a reserved word', { ...good, name: 'select', kind: 'scalar' }, 'Function select: SELECT is a reserved word'],
    ['a name with blanks', { ...good, name: 'a b', kind: 'scalar' }, 'name must be a text of letters'],
    ['an unknown type', { ...good, parameters: ['INTT'], kind: 'scalar' }, `Function F: parameter 1: 'INTT' is no SQL type`],
    ['a result without size', { ...good, returns: 'DECIMAL', kind: 'scalar' }, `Function F: returns: 'DECIMAL' is no SQL type`],
    ['no parameters', { ...good, parameters: 'INT', kind: 'scalar' }, 'Function F: parameters must be a list'],
    ['a repeated parameter that is not the last', { ...good, parameters: ['INT...', 'INT'], kind: 'scalar' }, 'parameter 1: only the last parameter may repeat'],
    ['no function', { ...good, evaluate: 1, kind: 'scalar' }, 'Function F: evaluate must be a function'],
    ['an asynchronous function', { ...good, evaluate: async () => Promise.resolve(1), kind: 'scalar' }, 'evaluate is asynchronous'],
    ['an unknown part', { ...good, return: 'INT', kind: 'scalar' }, 'Function F: "return" is no part'],
    ['an aggregate without state', { name: 'F', parameters: ['INT'], returns: 'INT', initialize: () => 0, aggregate: () => 0, kind: 'aggregate' }, 'Function F: state must be a SQL type'],
    ['an aggregate without initialize', { name: 'F', parameters: ['INT'], returns: 'INT', state: 'INT', aggregate: () => 0, kind: 'aggregate' }, 'Function F: initialize must be a function'],
  ];
  for (const [name, definition, message] of refused) {
    test(name, async () => {
      await expect(open({ memory: true, functions: [definition as FunctionDefinition] })).rejects.toThrow(message);
    });
  }
  test('the same twice, or of two kinds', async () => {
    const one = defineScalar({ name: 'F', parameters: ['INT'], returns: 'INT', evaluate: () => 1 });
    await expect(open({ memory: true, functions: [one, one] })).rejects.toThrow('F with these parameters is defined already');
    const other = defineTable({ name: 'F', parameters: ['STRING'], returns: 'INT', evaluate: () => [] });
    await expect(open({ memory: true, functions: [one, other] })).rejects.toThrow('F is a function of kind scalar already');
  });
});
