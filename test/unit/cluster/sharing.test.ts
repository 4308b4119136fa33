import { afterEach, beforeEach, expect, test } from 'vitest';
import { partitionForKey } from '../../../src/broker/index.js';
import { openLocal, type LocalEngine } from '../../../src/engine/index.js';
import { systemClock, systemRandom, VERSION } from '../../../src/env/index.js';
import { assignPartitions } from '../../../src/runtime/task/assignor.js';
import { encodeMember } from '../../../src/runtime/task/member-data.js';
import { SharedBroker, type Connection } from './shared-broker.js';

interface Server {
  readonly name: string;
  readonly connection: Connection;
  readonly local: LocalEngine;
  isGone: boolean;
}

let shared: SharedBroker;
let servers: Server[];
let number: number;
beforeEach(() => {
  shared = new SharedBroker(systemClock(), systemRandom());
  servers = [];
  number = 0;
});
afterEach(async () => {
  await Promise.all(servers.map(({ local }) => local.engine.close().catch(() => undefined)));
  await shared.log.close();
});

async function open(): Promise<Server> {
  const name = `server-${++number}`;
  const connection = shared.connect();
  const local = await openLocal({
    storage: { memory: true }, version: VERSION, broker: connection, identity: name,
    properties: { 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.streams.commit.interval.ms': '20', 'ksql.query.retry.backoff.initial.ms': '20', 'ksql.query.retry.backoff.max.ms': '100' },
  });
  const server = { name, connection, local, isGone: false };
  servers.push(server);
  return server;
}

const alive = (): Server[] => servers.filter(({ isGone }) => !isGone);
const group = (queryId: string): string => `_confluent-ksql-default_query_${queryId}`;

async function stop(server: Server): Promise<void> {
  server.isGone = true;
  await server.local.engine.close();
}

async function kill(server: Server): Promise<void> {
  server.isGone = true;
  await server.connection.cut();
}

/** Every server has come to its end in one pass in which none moved. */
async function settle(): Promise<void> {
  const progress = async (): Promise<string> => JSON.stringify(await Promise.all(alive().map(async ({ local }) => (await local.engine.queryStatuses()).map(({ metrics }) => [metrics.recordsIn, metrics.commits]))));
  for (let round = 0; round < 500; round++) {
    const before = await progress();
    for (const { local } of alive()) await local.engine.whenIdle();
    if ((await progress()) === before) return;
  }
  throw new Error('The servers do not come to rest');
}

async function records(topic: string): Promise<{ key: string; value: string | null }[]> {
  const count = (await shared.log.admin.describeTopic(topic))?.partitions ?? 0;
  const partitions = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
  const ends = await shared.log.admin.listOffsets(partitions, 'latest', 'read_committed');
  const found: { key: string; value: string | null }[] = [];
  for (const { partition } of partitions) {
    const reader = shared.log.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
    reader.assign([{ topic, partition, offset: 0 }]);
    for (let position = 0; position < (ends[partition] ?? 0); ) {
      for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 })) {
        position = slab.nextOffset;
        for (let i = 0; i < slab.count; i++) {
          const bytes = slab.buffers[slab.bufferEnds.findIndex((bound) => i < bound)] ?? Buffer.alloc(0);
          const part = (at: Int32Array, lengths: Int32Array): Buffer | null => ((lengths[i] ?? -1) < 0 ? null : bytes.subarray(at[i] ?? 0, (at[i] ?? 0) + (lengths[i] ?? 0)));
          found.push({ key: part(slab.keyPositions, slab.keyLengths)?.toString('latin1') ?? '', value: part(slab.valuePositions, slab.valueLengths)?.toString() ?? null });
        }
      }
    }
    await reader.close();
  }
  return found;
}

/** The last value of each key. */
async function table(topic: string): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const { key, value } of await records(topic)) rows[key] = value === null ? null : JSON.parse(value);
  return rows;
}

const SCHEMA = `
  CREATE STREAM s (id STRING KEY, v INT, w STRING, t BIGINT) WITH (kafka_topic='s', value_format='JSON', partitions=4, timestamp='t');
  CREATE STREAM r (id STRING KEY, n INT, t BIGINT) WITH (kafka_topic='r', value_format='JSON', partitions=4, timestamp='t');
  CREATE TABLE d (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic='d', value_format='JSON', partitions=4);`;
const QUERIES = `
  CREATE TABLE by_w WITH (kafka_topic='by_w') AS SELECT w, COUNT(*) AS n, SUM(v) AS total FROM s GROUP BY w;
  CREATE TABLE win WITH (kafka_topic='win') AS SELECT id, COUNT(*) AS n, SUM(v) AS total FROM s WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 10 DAYS) GROUP BY id;
  CREATE STREAM named WITH (kafka_topic='named') AS SELECT s.w AS w, s.v AS v, d.name AS name FROM s JOIN d ON s.w = d.id;
  CREATE STREAM pairs WITH (kafka_topic='pairs') AS SELECT s.id AS id, s.v AS v, r.n AS n FROM s JOIN r WITHIN 10 DAYS GRACE PERIOD 10 DAYS ON s.id = r.id;`;

interface Sent {
  readonly id: string;
  readonly v: number;
  readonly w: string;
  readonly t: number;
}

function die(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

async function send(topic: string, rows: readonly { readonly key: string; readonly value: object; readonly timestamp: number }[], partitions = 4): Promise<void> {
  const producer = await shared.log.openProducer();
  await producer.send(rows.map(({ key, value, timestamp }) => ({ topic, partition: partitionForKey(Buffer.from(key), 0, Buffer.byteLength(key), partitions), key: Buffer.from(key), value: Buffer.from(JSON.stringify(value)), timestamp })));
  await producer.close();
}

/** What the outputs must hold, computed from all that was sent. */
function expected(sent: readonly Sent[], others: readonly { readonly id: string; readonly n: number }[]): { byW: Record<string, unknown>; windows: Record<string, unknown>; named: string[]; pairs: string[] } {
  const byW: Record<string, { N: number; TOTAL: number }> = {};
  const windows: Record<string, { N: number; TOTAL: number }> = {};
  for (const { id, v, w, t } of sent) {
    const sum = (byW[w] ??= { N: 0, TOTAL: 0 });
    sum.N++;
    sum.TOTAL += v;
    const start = Buffer.alloc(8);
    start.writeBigInt64BE(BigInt(t - (t % 10_000)));
    const window = (windows[id + start.toString('latin1')] ??= { N: 0, TOTAL: 0 });
    window.N++;
    window.TOTAL += v;
  }
  const named = sent.map(({ w, v }) => `${w} ${v} name of ${w}`).sort();
  const pairs = sent.flatMap(({ id, v }) => others.filter((other) => other.id === id).map(({ n }) => `${id} ${v} ${n}`)).sort();
  return { byW, windows, named, pairs };
}

test.each([1, 2, 3])('members join, leave and crash, and everything is there once (seed %i)', async (seed) => {
  const roll = die(seed);
  const first = await open();
  await first.local.engine.execute(SCHEMA);
  await send('d', Array.from({ length: 7 }, (_, i) => ({ key: `w${i}`, value: { name: `name of w${i}` }, timestamp: 0 })));
  await first.local.engine.execute(QUERIES);
  await settle();
  const sent: Sent[] = [];
  const others: { id: string; n: number }[] = [];
  for (let step = 0; step < 24; step++) {
    const rows = Array.from({ length: 1 + roll(40) }, () => ({ id: `k${roll(9)}`, v: sent.length + roll(1000) * 1000, w: `w${roll(7)}`, t: 1_000_000 + roll(60_000) }));
    sent.push(...rows);
    await send('s', rows.map(({ id, ...value }) => ({ key: id, value, timestamp: value.t })));
    const more = Array.from({ length: roll(3) }, () => ({ id: `k${roll(9)}`, n: others.length + roll(1000) * 1000 }));
    others.push(...more);
    await send('r', more.map(({ id, n }) => ({ key: id, value: { n, t: 1_030_000 }, timestamp: 1_030_000 })));
    const choice = roll(7);
    const [some] = alive().slice(roll(alive().length));
    if (choice <= 1 && alive().length < 6) await open();
    else if (choice === 2 && alive().length > 1 && some !== undefined) await stop(some);
    else if (choice === 3 && alive().length > 1 && some !== undefined) await kill(some);
    else if (choice === 4) await settle();
    else if (choice === 5 && alive().length > 1) await some?.connection.fallSilent();
    else for (let turn = roll(30); turn > 0; turn--) await systemClock().yieldTurn();
  }
  await settle();
  const wanted = expected(sent, others);
  // Rows went through the topic as long as there were several members, and through memory else.
  const [repartition] = (await shared.log.admin.listTopics()).filter(({ name }) => name.includes('CTAS_BY_W') && name.endsWith('-repartition'));
  const carried = await shared.log.admin.listOffsets([0, 1, 2, 3].map((partition) => ({ topic: repartition?.name ?? '', partition })), 'latest', 'read_committed');
  const viaTopic = carried.reduce((sum, end) => sum + end, 0);
  expect(viaTopic).toBeGreaterThan(0);
  expect(viaTopic).toBeLessThan(sent.length);
  expect(await table('by_w')).toEqual(wanted.byW);
  expect(await table('win')).toEqual(wanted.windows);
  const text = async (topic: string, line: (key: string, value: Record<string, unknown>) => string): Promise<string[]> =>
    (await records(topic)).map(({ key, value }) => line(key, value === null ? {} : (JSON.parse(value) as Record<string, unknown>))).sort();
  expect(await text('named', (key, value) => `${key} ${String(value['V'])} ${String(value['NAME'])}`)).toEqual(wanted.named);
  expect(await text('pairs', (key, value) => `${key} ${String(value['V'])} ${String(value['N'])}`)).toEqual(wanted.pairs);
  const shares = [...shared.groups].map(([id, { shares: found }]) => [id, found] as const).filter(([, found]) => found.length > 0);
  expect(shares.length).toBe(4);
  for (const [, found] of shares) {
    expect(found.reduce((sum, each) => sum + each, 0)).toBe(4);
    expect((found[0] ?? 0) - (found.at(-1) ?? 0)).toBeLessThanOrEqual(1);
  }
}, 120_000);

test('more servers than partitions: those without a share wait without spinning, and take over', async () => {
  const one = await open();
  await one.local.engine.execute(`CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);
    CREATE TABLE n WITH (kafka_topic='n') AS SELECT id, COUNT(*) AS n FROM s GROUP BY id;`);
  await open();
  await open();
  expect(shared.group(group('CTAS_N_1')).shares).toEqual([1, 0, 0]);
  await send('s', [{ key: 'a', value: { v: 1 }, timestamp: 1 }], 1);
  await settle();
  await stop(one);
  await send('s', [{ key: 'a', value: { v: 1 }, timestamp: 1 }], 1);
  await settle();
  expect(await table('n')).toEqual({ a: { N: 2 } });
});

test('of two servers that change the same thing at once one wins and the other is told; both know the same afterwards', async () => {
  const [one, two] = [await open(), await open()];
  const statement = `CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=2);`;
  const outcomes = await Promise.allSettled([one.local.engine.execute(statement), two.local.engine.execute(statement)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(String(refused?.reason)).toMatch(/already exists/);
  await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : two).local.engine.execute(`CREATE STREAM s${i} AS SELECT * FROM s;`)));
  await settle();
  for (const { local } of [one, two]) expect(local.engine.catalog().queries.size).toBe(10);
  expect([...one.local.engine.catalog().queries.keys()]).toEqual([...two.local.engine.catalog().queries.keys()]);
  await two.local.engine.execute('DROP STREAM s0 DELETE TOPIC;');
  await settle();
  expect(one.local.engine.catalog().queries.size).toBe(9);
  expect((await shared.log.admin.listTopics()).map(({ name }) => name)).not.toContain('S0');
});

test('a command that this release does not know stops every server at it: they say so, refuse statements, and go on with what they have', async () => {
  const [one, two] = [await open(), await open()];
  await one.local.engine.execute(`CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=2);
    CREATE TABLE n WITH (kafka_topic='n') AS SELECT id, COUNT(*) AS n FROM s GROUP BY id;`);
  await settle();
  const producer = await shared.log.openProducer();
  const topic = '_confluent-ksql-default__command_topic';
  await producer.send([{ topic, partition: 0, key: Buffer.from('"x"'), value: Buffer.from('{"version":999,"what":"nobody knows"}'), timestamp: 1 }]);
  await producer.close();
  for (const { local } of [one, two]) {
    await expect.poll(() => local.engine.info().state).toBe('DEGRADED');
    expect(local.engine.health().reasons.join()).toMatch(/offset/);
    await expect(local.engine.execute(`CREATE STREAM other AS SELECT * FROM s;`)).rejects.toThrow(/not accepted/);
  }
  await send('s', [{ key: 'a', value: { v: 1 }, timestamp: 1 }], 2);
  await settle();
  expect(await table('n')).toEqual({ a: { N: 1 } });
});

test('schemas that statements register have one id on all servers, and each reads what the other writes', async () => {
  const [one, two] = [await open(), await open()];
  await one.local.engine.execute(`CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='AVRO', partitions=2); CREATE STREAM x AS SELECT id, v + 1 AS w FROM s;`);
  await two.local.engine.execute(`CREATE STREAM y AS SELECT id, w * 2 AS z FROM x;`);
  await one.local.engine.execute(`CREATE STREAM last WITH (kafka_topic='last', value_format='JSON') AS SELECT id, z FROM y;`);
  await settle();
  for (const subject of ['s-value', 'X-value', 'Y-value']) {
    const [ours, theirs] = await Promise.all([one, two].map(({ local }) => local.registry.latest(subject)));
    expect(ours?.id).toBe(theirs?.id);
  }
  for (let i = 0; i < 10; i++) await (i % 2 === 0 ? one : two).local.engine.execute(`INSERT INTO s (id, v) VALUES ('k${i}', ${i});`);
  await settle();
  expect(await table('last')).toEqual(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, { Z: (i + 1) * 2 }])));
});

test('a query dropped on one server ends on all, and leaves nothing behind', async () => {
  const [one, two] = [await open(), await open()];
  await one.local.engine.execute(`CREATE STREAM s (id STRING KEY, w STRING) WITH (kafka_topic='s', value_format='JSON', partitions=2);
    CREATE TABLE n WITH (kafka_topic='n') AS SELECT w, COUNT(*) AS n FROM s GROUP BY w;`);
  await settle();
  await two.local.engine.execute('DROP TABLE n DELETE TOPIC;');
  await settle();
  for (let round = 0; round < 50 && (await shared.log.admin.listTopics()).length > 4; round++) await systemClock().sleep(10);
  expect((await shared.log.admin.listTopics()).map(({ name }) => name).filter((name) => /CTAS_N|^n$/.test(name))).toEqual([]);
  expect((await one.local.engine.queryStatuses()).length + (await two.local.engine.queryStatuses()).length).toBe(0);
});

test('shares differ by one at most, and what a member had stays with it', () => {
  const own = (...indexes: number[]) => indexes.map((partition) => ({ topic: 'a', partition }));
  const share = (members: readonly { readonly id: string; readonly owned: readonly number[]; readonly generation?: number }[], partitions: number): Record<string, number[]> => {
    const infos = members.map(({ id, owned, generation = 1 }) => ({ memberId: id, topics: ['a'], userData: encodeMember({ host: null, generation }), owned: own(...owned) }));
    return Object.fromEntries([...assignPartitions(infos, new Map([['a', partitions]]))].map(([id, { partitions: given }]) => [id, given.map(({ partition }) => partition)]));
  };
  expect(share([{ id: 'x', owned: [0, 1] }, { id: 'y', owned: [2, 3] }, { id: 'z', owned: [] }], 4)).toEqual({ x: [0, 1], y: [2], z: [3] });
  expect(share([{ id: 'x', owned: [] }, { id: 'y', owned: [0, 1, 2, 3, 4, 5, 6] }, { id: 'z', owned: [] }], 7)).toEqual({ x: [3, 5], y: [0, 1, 2], z: [4, 6] });
  // One that was away claims what another has had since.
  expect(share([{ id: 'a', owned: [0, 1, 2], generation: 3 }, { id: 'b', owned: [2, 3], generation: 7 }], 4)).toEqual({ a: [0, 1], b: [2, 3] });
});
