import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../src/engine/index.js';
import { MillraceError } from '../../../src/errors/index.js';
import { EngineWorld, rowsOf } from './engine-world.js';

let world: EngineWorld;
let local: LocalEngine;
beforeEach(async () => {
  world = new EngineWorld();
  local = await world.open();
  await local.engine.execute(`
    CREATE STREAM S (K STRING KEY, N INT, TXT STRING) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);
    CREATE TABLE R (K STRING PRIMARY KEY, N INT) WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON', PARTITIONS=1);
    CREATE STREAM OUT AS SELECT K, N * 2 AS M FROM S WHERE N > 0;
    CREATE TABLE COPY AS SELECT K, N FROM R;`);
});
afterEach(() => world.close());

const deep = (open: string, inner: string, close: string, times: number): string => `${open.repeat(times)}${inner}${close.repeat(times)}`;

describe('a statement that cannot run', () => {
  it.each([
    ['an unknown column', 'CREATE STREAM X AS SELECT NOPE FROM S;', /NOPE/],
    ['an unknown column, nearly right', 'CREATE STREAM X AS SELECT TXTT FROM S;', /TXTT/],
    ['a wrong type', "CREATE STREAM X AS SELECT K, N + 'one' AS M FROM S;", /STRING/i],
    ['a wrong argument', 'CREATE STREAM X AS SELECT K, ABS(TXT) AS M FROM S;', /abs/i],
    ['a name that is taken', "CREATE STREAM S (A INT) WITH (KAFKA_TOPIC='s2', VALUE_FORMAT='JSON', PARTITIONS=1);", /already exists/],
    ['a column given twice', "CREATE STREAM X (A INT, A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=1);", /A/],
    ['a topic that is not there', "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC='nowhere', VALUE_FORMAT='JSON');", /nowhere/],
    ['a topic name that no broker takes', "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC='a b', VALUE_FORMAT='JSON', PARTITIONS=1);", /topic a b: the name is invalid/],
    ['no partitions', "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=0);", /number of partitions was set to 0/],
    ['partitions without end', "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=2147483647);", /number of partitions was set to 2147483647/],
    ['a name of a sink that no topic may have', 'CREATE STREAM `x y` AS SELECT * FROM S;', /Source names may only contain/],
    ['a CASE without end', `CREATE STREAM X AS SELECT CASE ${'WHEN N = 1 THEN 2 '.repeat(501)} END AS M FROM S;`, /more than 500 WHEN/],
    ['dropping what a query reads', 'DROP STREAM S;', /read from this source: .OUT/],
    ['dropping what is not there', 'DROP TABLE NOTHING;', /NOTHING/],
    ['a table dropped as a stream', 'DROP STREAM R;', /TABLE|stream/i],
    ['a table without a key', "CREATE TABLE X (A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=1);", /PRIMARY KEY/],
    ['a group without an aggregate', 'CREATE TABLE X AS SELECT K FROM S GROUP BY K;', /aggregat/i],
    ['a format that is not known', "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='XML', PARTITIONS=1);", /XML/],
    ['parentheses without end', `CREATE STREAM X AS SELECT ${deep('(', 'N', ')', 5000)} AS M FROM S;`, /deep|nest/i],
    ['structs without end', `CREATE STREAM X (A ${deep('STRUCT<F ', 'INT', '>', 5000)}) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=1);`, /deep|nest/i],
    ['a quote without end', "CREATE STREAM X AS SELECT 'oops FROM S;", /./],
  ])('%s: a clear error, and all is as before', async (_what, sql, message) => {
    const before = { topics: await world.topics(), commands: await world.commands(), sources: [...local.engine.catalog().sources.keys()] };
    const error: unknown = await local.engine.execute(sql).then(() => null, (refused: unknown) => refused);
    expect(error).toBeInstanceOf(MillraceError);
    expect(error instanceof Error ? error.message : '').toMatch(message);
    expect({ topics: await world.topics(), commands: await world.commands(), sources: [...local.engine.catalog().sources.keys()] }).toEqual(before);
  });
});

describe('a record that cannot be used', () => {
  const log = async (): Promise<string[]> => (await world.read('default_ksql_processing_log')).map((line) => line.replace('- = ', ''));

  it.each([
    ['JSON cut off', '{"N":1,"TXT":'],
    ['no JSON at all', 'hello'],
    ['a wrong type', '{"N":{"a":1}}'],
    ['arrays without end', deep('[', '', ']', 100_000)],
    ['an object without end', `{"N":1,"TXT":${deep('{"a":', '1', '}', 50_000)}}`],
  ])('%s: an entry of the processing log, and the query lives on', async (_what, value) => {
    await world.write('s', [['a', '{"N":1}', 1], ['b', value, 2], ['c', '{"N":3}', 3]]);
    await local.engine.whenIdle();
    expect(await world.read('OUT')).toEqual(['a = {"M":2}', 'c = {"M":6}']);
    const entries = await log();
    expect(entries).toHaveLength(1);
    expect(entries[0]).toContain('processing.CSAS_OUT');
  });

  it('a table record without key is dropped, a null value deletes', async () => {
    await world.write('r', [[null, '{"N":1}', 1], ['a', '{"N":2}', 2], ['b', '{"N":3}', 3], ['a', null, 4]]);
    await local.engine.whenIdle();
    expect(await rowsOf(local, 'SELECT * FROM COPY;')).toEqual([{ K: 'b', N: 3 }]);
  });

  it('a division by zero is null and an entry', async () => {
    await local.engine.execute('CREATE STREAM Q AS SELECT K, 10 / N AS M FROM S;');
    await world.write('s', [['a', '{"N":0}', 1], ['b', '{"N":5}', 2]]);
    await local.engine.whenIdle();
    expect(await world.read('Q')).toEqual(['a = {"M":null}', 'b = {"M":2}']);
    expect((await log()).filter((entry) => entry.includes('CSAS_Q'))).toHaveLength(1);
  });
});

describe('names of users', () => {
  it.each([
    ['__proto__'], ['constructor'], ['toString'], ['hasOwnProperty'], ['it`s "quoted"'], ["don't"], ['two\nlines'], ['🚰 emoji'], ['${x}'], ['a.b'], ['SELECT'], [' '],
  ])('column %j goes all the way', async (name) => {
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    await local.engine.execute(`CREATE STREAM X (K STRING KEY, ${quoted} INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=1);`);
    await local.engine.execute(`CREATE TABLE Y AS SELECT K, MAX(${quoted}) AS ${quoted} FROM X GROUP BY K;`);
    await world.write('x', [['a', `{${JSON.stringify(name)}:7}`, 1]]);
    await local.engine.whenIdle();
    expect(await world.read('Y')).toEqual([`a = {${JSON.stringify(name)}:7}`]);
    const [row] = await rowsOf(local, 'SELECT * FROM Y;');
    expect(Object.entries(row ?? {})).toEqual([['K', 'a'], [name, 7]]);
    expect(Object.getPrototypeOf(row ?? {})).not.toBe(7);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each([['__proto__'], ['sou rce'], ['it`s'], ['🚰']])('source %j goes all the way', async (name) => {
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    const made = await local.engine.execute(`CREATE STREAM ${quoted} (K STRING KEY, N INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', PARTITIONS=1);`).then(() => true, (error: unknown) => error);
    // What is refused is refused with a reason; what is accepted works.
    if (made !== true) {
      expect(made).toBeInstanceOf(MillraceError);
      return;
    }
    await local.engine.execute(`CREATE STREAM Y WITH (KAFKA_TOPIC='y') AS SELECT * FROM ${quoted};`);
    await world.write('x', [['a', '{"N":1}', 1]]);
    await local.engine.whenIdle();
    expect(await world.read('y')).toEqual(['a = {"N":1}']);
  });
});
