import avsc from 'avsc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { RegistryServer } from '../unit/registry/registry-server.js';

/** Typed: the matchers of the test library are not. */
const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

let server: RegistryServer;
beforeEach(async () => {
  server = await RegistryServer.open();
});
afterEach(() => server.close());

/** As serializers do it: register over HTTP, then a zero, the id, and what avsc makes of the value. */
async function encoder(subject: string, schema: avsc.Schema): Promise<(value: unknown) => Buffer> {
  const { body } = await server.ask('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(schema) });
  const id = (body as { id: number }).id;
  const type = avsc.Type.forSchema(schema);
  return (value) => {
    const head = Buffer.alloc(5);
    head.writeInt32BE(id, 1);
    return Buffer.concat([head, type.toBuffer(value)]);
  };
}

/** As deserializers do it: the schema of the id in the record, by HTTP. */
async function decode(bytes: Buffer): Promise<unknown> {
  expect(bytes[0]).toBe(0);
  const { body } = await server.ask('GET', `/schemas/ids/${bytes.readInt32BE(1)}`);
  const schema: unknown = JSON.parse((body as { schema: string }).schema);
  return avsc.Type.forSchema(schema as avsc.Schema).fromBuffer(bytes.subarray(5));
}

async function produce(local: LocalEngine, topic: string, records: readonly { readonly key: string; readonly value: Buffer }[]): Promise<void> {
  const producer = await local.broker.openProducer();
  await producer.send(records.map(({ key, value }, index) => ({ topic, partition: 0, key: Buffer.from(key), value, timestamp: 1_700_000_000_000 + index })));
  await producer.close();
}

async function values(local: LocalEngine, topic: string): Promise<Buffer[]> {
  const at = { topic, partition: 0 };
  const [end = 0] = await local.broker.admin.listOffsets([at], 'latest', 'read_committed');
  const reader = local.broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
  reader.assign([{ ...at, offset: 0 }]);
  const found: Buffer[] = [];
  for (let position = 0; position < end; ) {
    for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 10 })) {
      position = slab.nextOffset;
      for (let index = 0, buffer = 0; index < slab.count; index += 1) {
        while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
        const from = slab.valuePositions[index] ?? 0;
        found.push(Buffer.from((slab.buffers[buffer] ?? Buffer.alloc(0)).subarray(from, from + (slab.valueLengths[index] ?? 0))));
      }
    }
  }
  await reader.close();
  return found;
}

const orders: avsc.Schema = {
  type: 'record',
  name: 'shop.Order',
  fields: [
    { name: 'item', type: 'string' },
    { name: 'amount', type: ['null', 'double'], default: null },
    { name: 'count', type: 'int' },
    { name: 'big', type: 'long' },
    { name: 'paid', type: 'boolean' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'DONE'] } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'extra', type: { type: 'map', values: 'int' } },
    { name: 'address', type: { type: 'record', name: 'Address', fields: [{ name: 'street', type: 'string' }, { name: 'zip', type: ['null', 'int'] }] } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'moment', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
};
const order = (item: string, amount: number | null): object => ({
  item, amount, count: -3, big: 2 ** 40, paid: true, state: 'DONE', tags: ['a', 'ü'], extra: { x: 1 },
  address: { street: 'Main', zip: 7 }, day: 19_000, moment: 1_700_000_000_123,
});

test('what avsc writes a query reads, and what the query writes avsc reads', async () => {
  const { local } = server;
  await local.broker.admin.createTopic({ name: 'orders', partitions: 1 });
  const encode = await encoder('orders-value', orders);
  await local.engine.execute(`CREATE STREAM orders (id STRING KEY) WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='AVRO');
    CREATE STREAM copies WITH (KAFKA_TOPIC='copies', VALUE_FORMAT='AVRO') AS SELECT id, item, amount * 2 AS amount, count, big, paid, state, tags, extra, address, day, moment FROM orders;
    CREATE TABLE totals WITH (KAFKA_TOPIC='totals', VALUE_FORMAT='AVRO', PARTITIONS=1) AS SELECT item, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY item;`);
  await produce(local, 'orders', [{ key: 'k1', value: encode(order('tea', 1.5)) }, { key: 'k2', value: encode(order('tea', null)) }]);
  await local.engine.whenIdle();
  const copies = await Promise.all((await values(local, 'copies')).map(decode));
  expect(copies).toMatchObject([
    { ITEM: 'tea', AMOUNT: 3, COUNT: -3, BIG: 2 ** 40, PAID: true, STATE: 'DONE', TAGS: ['a', 'ü'], ADDRESS: { STREET: 'Main', ZIP: 7 }, DAY: 19_000, MOMENT: 1_700_000_000_123 },
    { ITEM: 'tea', AMOUNT: null },
  ]);
  expect(JSON.stringify(copies[0])).toContain('"EXTRA":{"x":1}');
  const totals = await Promise.all((await values(local, 'totals')).map(decode));
  expect(totals.at(-1)).toEqual({ N: 2, TOTAL: 1.5 });
});

test('a producer moves on to a newer schema while the query runs', async () => {
  const { local } = server;
  await local.broker.admin.createTopic({ name: 'moods', partitions: 1 });
  const old = await encoder('moods-value', { type: 'record', name: 'Mood', fields: [{ name: 'score', type: 'int' }] });
  await local.engine.execute(`CREATE STREAM moods (id STRING KEY, score BIGINT) WITH (KAFKA_TOPIC='moods', VALUE_FORMAT='AVRO');
    CREATE STREAM seen WITH (KAFKA_TOPIC='seen', VALUE_FORMAT='AVRO') AS SELECT id, score + 1 AS next FROM moods;`);
  // The schema of the topic's producers stays the only one: the stream adds none.
  expect((await server.ask('GET', '/subjects/moods-value/versions')).body).toEqual([1]);
  await produce(local, 'moods', [{ key: 'a', value: old({ score: 1 }) }]);
  await local.engine.whenIdle();
  const fresh = await encoder('moods-value', { type: 'record', name: 'Mood', fields: [{ name: 'note', type: 'string', default: '' }, { name: 'score', type: 'long' }] });
  await produce(local, 'moods', [{ key: 'b', value: fresh({ note: 'fine', score: 5 }) }]);
  await local.engine.whenIdle();
  expect(await Promise.all((await values(local, 'seen')).map(decode))).toEqual([{ NEXT: 2 }, { NEXT: 6 }]);
});

test('a statement whose sink does not fit its subject is refused with the place, and nothing has changed', async () => {
  const { local } = server;
  await local.engine.execute(`CREATE STREAM numbers (id STRING KEY, n INT) WITH (KAFKA_TOPIC='numbers', VALUE_FORMAT='JSON', PARTITIONS=1);`);
  await server.ask('POST', '/subjects/out-value/versions', { schema: JSON.stringify({ type: 'record', name: 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema', fields: [{ name: 'N', type: ['null', 'string'], default: null }] }) });
  const create = `CREATE STREAM out WITH (KAFKA_TOPIC='out', VALUE_FORMAT='AVRO') AS SELECT * FROM numbers;`;
  await expect(local.engine.execute(create)).rejects.toMatchObject({ code: 'PLAN', statementText: containing('CREATE STREAM'), message: matching(/Could not register schema for topic.*MISSING_UNION_BRANCH.*\/fields\/0\/type/s) });
  expect(local.engine.catalog().sources.has('OUT')).toBe(false);
  expect(await local.broker.admin.describeTopic('out')).toBeNull();
  await server.ask('PUT', '/config/out-value', { compatibility: 'NONE' });
  await local.engine.execute(create);
  expect((await server.ask('GET', '/subjects/out-value/versions')).body).toEqual([1, 2]);
});

test('an engine uses the registry of another server', async () => {
  const local = await openLocal({
    storage: { memory: true }, version: 'test', properties: { 'ksql.schema.registry.url': server.url, 'ksql.streams.auto.offset.reset': 'earliest' },
  });
  try {
    expect(local.embeddedRegistry).toBeNull();
    await local.engine.execute(`CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='AVRO', PARTITIONS=1);
      CREATE STREAM t WITH (KAFKA_TOPIC='t', VALUE_FORMAT='AVRO') AS SELECT id, n * 2 AS m FROM s;`);
    expect((await server.ask('GET', '/subjects')).body).toEqual(['s-value', 't-value']);
    await local.engine.execute(`INSERT INTO s (id, n) VALUES ('a', 21);`);
    await local.engine.whenIdle();
    expect(await Promise.all((await values(local, 't')).map(decode))).toEqual([{ M: 42 }]);
    await local.engine.execute('DROP STREAM t DELETE TOPIC;');
    expect((await server.ask('GET', '/subjects')).body).toEqual(['s-value']);
  } finally {
    await local.engine.close();
  }
});
