import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../src/engine/index.js';
import { EngineWorld, refusalOf, rowsOf } from './engine-world.js';

const SOURCE = "CREATE STREAM S (K STRING KEY, N INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);";
const COUNTS = 'CREATE TABLE T AS SELECT K, COUNT(*) AS C FROM S GROUP BY K;';

let world: EngineWorld;
let local: LocalEngine;
beforeEach(async () => {
  world = new EngineWorld();
  local = await world.open();
});
afterEach(() => world.close());

const state = async (): Promise<unknown> => ({
  topics: await world.topics(), commands: await world.commands(), sources: [...local.engine.catalog().sources.keys()], queries: [...local.engine.catalog().queries.keys()],
});

describe('a request', () => {
  it.each([
    ['a bad statement at the end', `${SOURCE} ${COUNTS} CREATE STREAM X AS SELECT NOPE FROM S;`, 'NOPE'],
    ['a bad statement in the middle', `${SOURCE} DROP STREAM NOPE; ${COUNTS}`, 'NOPE'],
    ['a name taken by an earlier statement of the same request', `${SOURCE} ${SOURCE}`, 'S'],
    ['text that does not parse', `${SOURCE} CREATE STREAM ;`, ''],
    ['a property that does not exist', `SET 'no.such.property'='1'; ${SOURCE}`, 'no.such.property'],
  ])('with %s changes nothing', async (_what, sql, named) => {
    const before = await state();
    expect(await refusalOf(local.engine.execute(sql))).toContain(named);
    expect(await state()).toEqual(before);
  });

  it('is one command, whose statements build on each other', async () => {
    const before = await world.commands();
    const answers = await local.engine.execute(`${SOURCE} ${COUNTS} CREATE STREAM U AS SELECT * FROM S WHERE N > 1;`);
    expect(answers.map((answer) => answer['@type'])).toEqual(['currentStatus', 'currentStatus', 'currentStatus']);
    expect(await world.commands()).toBe(before + 1);
    expect([...local.engine.catalog().sources.keys()]).toEqual(['S', 'T', 'U']);
  });

  it('keeps SET and DEFINE to itself', async () => {
    await local.engine.execute(`DEFINE name = 'S'; SET 'auto.offset.reset'='latest'; ${SOURCE.replace('STREAM S', 'STREAM ${name}')}`);
    expect([...local.engine.catalog().sources.keys()]).toEqual(['S']);
    expect(await refusalOf(local.engine.execute('DROP STREAM ${name};'))).toContain('name');
    await world.write('s', [['a', '{"N":1}', 1]]);
    await local.engine.execute(COUNTS);
    await local.engine.execute(`SET 'auto.offset.reset'='latest'; CREATE TABLE LATE AS SELECT K, COUNT(*) AS C FROM S GROUP BY K;`);
    await local.engine.whenIdle();
    expect(await world.read('T')).toEqual(['a = {"C":1}']);
    expect(await world.read('LATE')).toEqual([]);
  });

  it('UNSET gives the default back within the request', async () => {
    await local.engine.execute(SOURCE);
    await world.write('s', [['a', '{"N":1}', 1]]);
    await local.engine.execute(`SET 'auto.offset.reset'='latest'; UNSET 'auto.offset.reset'; ${COUNTS}`);
    await local.engine.whenIdle();
    expect(await world.read('T')).toEqual(['a = {"C":1}']);
  });
});

describe('a restart', () => {
  it('replays the log: the same catalog, the same query ids, and queries go on where they were', async () => {
    await local.engine.execute(`${SOURCE} ${COUNTS}`);
    await local.engine.execute('CREATE STREAM GONE AS SELECT * FROM S; CREATE TYPE MONEY AS DECIMAL(8,2);');
    await local.engine.execute('DROP STREAM GONE;');
    await world.write('s', [['a', '{"N":1}', 1], ['a', '{"N":2}', 2]]);
    await local.engine.whenIdle();
    const catalog = local.engine.catalog();
    const before = { sources: [...catalog.sources.keys()], queries: [...catalog.queries.keys()], types: [...catalog.types.keys()] };
    await local.engine.close();

    await world.write('s', [['a', '{"N":3}', 3]]);
    local = await world.open();
    const after = local.engine.catalog();
    expect({ sources: [...after.sources.keys()], queries: [...after.queries.keys()], types: [...after.types.keys()] }).toEqual(before);
    await local.engine.whenIdle();
    expect(await world.read('T')).toEqual(['a = {"C":1}', 'a = {"C":2}', 'a = {"C":3}']);
    expect(await rowsOf(local, "SELECT * FROM T WHERE K = 'a';")).toEqual([{ K: 'a', C: 3 }]);
  });

  it('leaves a paused query paused', async () => {
    await local.engine.execute(`${SOURCE} ${COUNTS}`);
    const [queryId = ''] = local.engine.catalog().queries.keys();
    await local.engine.execute(`PAUSE ${queryId};`);
    await local.engine.close();
    local = await world.open();
    await world.write('s', [['a', '{"N":1}', 1]]);
    await local.engine.whenIdle();
    expect(await world.read('T')).toEqual([]);
    await local.engine.execute(`RESUME ${queryId};`);
    await local.engine.whenIdle();
    expect(await world.read('T')).toEqual(['a = {"C":1}']);
  });

  it('gives a query made later an id of its own', async () => {
    await local.engine.execute(`${SOURCE} ${COUNTS}`);
    const first = [...local.engine.catalog().queries.keys()];
    await local.engine.execute('DROP TABLE T;');
    await local.engine.close();
    local = await world.open();
    await local.engine.execute(COUNTS);
    expect([...local.engine.catalog().queries.keys()]).not.toEqual(first);
  });
});

describe('two engines on one log', () => {
  it('come to the same catalog, and of two conflicting requests one is refused', async () => {
    const other = await world.open();
    const name = (each: LocalEngine) => each.engine.execute(SOURCE).then(() => 'done', (error: unknown) => String(error));
    const outcomes = await Promise.all([name(local), name(other)]);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome !== 'done')).toContain('S');
    await local.engine.execute('CREATE TYPE ONE AS INT;');
    await other.engine.execute('CREATE TYPE TWO AS INT;');
    await local.engine.execute('CREATE TYPE THREE AS INT;');
    await other.engine.execute('CREATE TYPE FOUR AS INT;');
    await local.engine.whenIdle();
    while (local.engine.catalog().types.size < 4) await world.clock.yieldTurn();
    expect([...local.engine.catalog().types.keys()].toSorted()).toEqual([...other.engine.catalog().types.keys()].toSorted());
  });

  it('check a request again when another came in between', async () => {
    const other = await world.open();
    await local.engine.execute(SOURCE);
    while (other.engine.catalog().sources.size < 1) await world.clock.yieldTurn();
    const outcomes = await Promise.allSettled([local.engine.execute('CREATE TYPE A AS INT;'), other.engine.execute('CREATE TYPE B AS INT;')]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled']);
  });
});
