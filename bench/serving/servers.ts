import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { partitionForKey, type Broker, type ProducerRecord } from '../../src/broker/index.js';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { silentLogger, systemClock } from '../../src/env/index.js';
import { openServer, ServerMetrics } from '../../src/server/index.js';
import { FED_PER_SECOND } from './pull-by-key.js';

const PARTITIONS = 2;
const TABLE = `
  CREATE STREAM orders (id VARCHAR KEY, n BIGINT, note VARCHAR) WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON', PARTITIONS = ${PARTITIONS});
  CREATE TABLE totals AS SELECT id, COUNT(*) AS cnt, SUM(n) AS total, LATEST_BY_OFFSET(note) AS note FROM orders GROUP BY id EMIT CHANGES;
  CREATE STREAM fed (id VARCHAR KEY, n BIGINT, note VARCHAR) WITH (KAFKA_TOPIC = 'fed', VALUE_FORMAT = 'JSON', PARTITIONS = ${PARTITIONS});
  CREATE TABLE fed_windows AS SELECT id, COUNT(*) AS cnt, SUM(n) AS total FROM fed WINDOW TUMBLING (SIZE 10 SECONDS) GROUP BY id EMIT CHANGES;`;

/** A server of Node's own that answers every request with the same text. */
export function serveConstant(text: string): void {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/vnd.ksqlapi.delimited.v1', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
  });
  process.on('SIGTERM', () => {
    server.closeAllConnections();
    server.close();
    process.disconnect();
  });
}

function orderOf(topic: string, number: number, keys: number): Omit<ProducerRecord, 'timestamp'> {
  const key = Buffer.from(`k${number % keys}`);
  const value = Buffer.from(`{"N":${number},"NOTE":"note number ${number % 10} of an order"}`);
  return { topic, partition: partitionForKey(key, 0, key.length, PARTITIONS), key, value };
}

async function send(broker: Broker, topic: string, from: number, count: number, keys: number): Promise<void> {
  const producer = await broker.openProducer();
  const timestamp = systemClock().now();
  await producer.send(Array.from({ length: count }, (_, index) => ({ ...orderOf(topic, from + index, keys), timestamp })));
  await producer.close();
}

const FEED_EVERY_MS = 10;
const FED_KEYS = 1000;

async function feed(broker: Broker, stop: AbortSignal): Promise<void> {
  const clock = systemClock();
  const started = clock.monotonic();
  let sent = 0;
  // Made before: who feeds is not what is measured.
  const records = Array.from({ length: FED_KEYS }, (_, number) => ({ ...orderOf('fed', number, FED_KEYS), timestamp: 0 }));
  const producer = await broker.openProducer();
  while (!stop.aborted) {
    const due = Math.floor(((clock.monotonic() - started) * FED_PER_SECOND) / 1000);
    const timestamp = clock.now();
    const batch: ProducerRecord[] = [];
    for (; sent < due; sent++) {
      const record = records[sent % records.length];
      if (record === undefined) continue;
      record.timestamp = timestamp;
      batch.push(record);
    }
    if (batch.length > 0) await producer.send(batch);
    await clock.sleep(FEED_EVERY_MS, stop).catch(() => undefined);
  }
  await producer.close();
}

/** What the main process asks of a serving one by message; each is answered by one. */
export type Order = { readonly kind: 'feed' } | { readonly kind: 'insert'; readonly count: number } | { readonly kind: 'resources' };

export interface Resources {
  readonly rssMiB: number;
  readonly sockets: number;
  readonly timers: number;
  /** Longest time the event loop was held up since the last question, in milliseconds. */
  readonly stallMs: number;
  /** Records that the fed query has still to read, by the ends of its topic. */
  readonly lagRecords: number;
}

export interface TableOptions {
  readonly keys: number;
  readonly properties?: Readonly<Record<string, string>>;
}

const MEBIBYTE = 1024 * 1024;
const delays = monitorEventLoopDelay({ resolution: 5 });

async function lagOf({ engine, broker }: LocalEngine): Promise<number> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'fed', partition }));
  const ends = await broker.admin.listOffsets(partitions, 'latest', 'read_committed');
  const inputs = (await engine.queryStatuses()).flatMap(({ tasks }) => tasks.flatMap((task) => task.inputs)).filter(({ topic }) => topic === 'fed');
  return inputs.reduce((sum, { partition, position }) => sum + Math.max(0, (ends[partition] ?? 0) - position), 0);
}

async function resources(local: LocalEngine): Promise<Resources> {
  const kinds = process.getActiveResourcesInfo();
  const stallMs = delays.max / 1e6;
  delays.reset();
  return {
    rssMiB: Math.round(process.memoryUsage.rss() / MEBIBYTE),
    sockets: kinds.filter((kind) => kind === 'TCPSocketWrap').length,
    timers: kinds.filter((kind) => kind === 'Timeout').length,
    stallMs,
    lagRecords: await lagOf(local),
  };
}

/** Our server over a durable folder with one table of so many keys, and a stream that can be fed. */
export async function serveTable({ keys, properties = {} }: TableOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const metrics = new ServerMetrics();
  const local = await openLocal({ storage: { folder }, version: 'bench', properties, env: { metrics } });
  await local.engine.execute(TABLE);
  for (let from = 0; from < keys; from += 5000) await send(local.broker, 'orders', from, Math.min(5000, keys - from), keys);
  await local.engine.whenIdle();
  const server = await openServer({
    engine: local.engine, settings: local.settings, clock: local.env.clock, logger: silentLogger, metrics,
    listeners: ['http://127.0.0.1:0'], isValidProperty: () => true,
  });
  const stop = new AbortController();
  let feeding: Promise<void> | null = null;
  let inserted = 0;
  const obey = async (order: Order): Promise<Resources> => {
    if (order.kind === 'feed') feeding ??= feed(local.broker, stop.signal);
    if (order.kind === 'insert') await send(local.broker, 'fed', (inserted += order.count), order.count, FED_KEYS);
    return resources(local);
  };
  process.on('message', (order: Order) => {
    void obey(order).then((answer) => process.send?.(answer));
  });
  delays.enable();
  console.log(server.url);
  process.on('SIGTERM', () => {
    void (async () => {
      stop.abort();
      await feeding;
      await server.close(100);
      await local.engine.close();
      rmSync(folder, { recursive: true });
      process.disconnect();
    })();
  });
}
