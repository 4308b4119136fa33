import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { partitionForKey, type Broker } from '../src/broker/index.js';
import { openLocal, type Engine } from '../src/engine/index.js';
import { systemClock } from '../src/env/index.js';
import { PARTITIONS } from './bids.js';
import { cpuMicros, quiet } from './cpu.js';

const MEBIBYTE = 1024 * 1024;
const RECORDS_PER_COMMIT = 50_000;
const FIRST_TIME = 1_672_531_200_000;
const SAMPLE_MS = 20;
const LEFT_CHANGES = 100;
const MOST_LOOKS = 30;
const RESTING_MICROS = 50_000;

/** One right row that so many left rows refer to. */
export interface FanOut {
  readonly subscribers: number;
  /** CPU microseconds for each left row that subscribes. */
  readonly subscribeMicros: number;
  /** For each left row that one change of the right row reaches. */
  readonly reachedMicros: number;
  /** How long that change held up everything else in the process at most. */
  readonly longestStallMs: number;
  /** Resident memory at its highest meanwhile, beyond what was there before. */
  readonly moreMiB: number;
  /** CPU microseconds for one left change of the hot key, from INSERT to its commit. */
  readonly leftChangeMicros: number;
}

const SQL = `
  CREATE TABLE subscribers (id VARCHAR PRIMARY KEY, ref VARCHAR, v BIGINT) WITH (KAFKA_TOPIC = 'subscribers', VALUE_FORMAT = 'JSON');
  CREATE TABLE referred (id VARCHAR PRIMARY KEY, name VARCHAR) WITH (KAFKA_TOPIC = 'referred', VALUE_FORMAT = 'JSON', PARTITIONS = ${PARTITIONS});`;
const JOIN =
  "CREATE TABLE joined WITH (KAFKA_TOPIC = 'joined') AS SELECT s.id AS id, s.v AS v, r.name AS name FROM subscribers s JOIN referred r ON s.ref = r.id EMIT CHANGES;";

export async function measureFanOut(subscribers: number): Promise<FanOut> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const { engine, broker } = await openLocal({ storage: { folder }, version: 'bench' });
  await fillSubscribers(broker, subscribers);
  await engine.execute(SQL);
  await insertReferred(engine, 'first');
  const subscribing = await cpuOf(async () => {
    await engine.execute(JOIN, { properties: { 'auto.offset.reset': 'earliest' } });
    await engine.whenIdle();
  });
  const stalls = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage.rss();
  const memory = watchMemory();
  stalls.enable();
  const reaching = await cpuOf(async () => {
    await insertReferred(engine, 'second');
    await engine.whenIdle();
  });
  stalls.disable();
  const peak = await memory.stop();
  // What the right change left behind, compaction and eviction, goes with the first round.
  await changeLeftRows(engine, 1);
  const changing = await cpuOf(() => changeLeftRows(engine, -1));
  await engine.close();
  rmSync(folder, { recursive: true });
  return {
    subscribers, subscribeMicros: subscribing / subscribers, reachedMicros: reaching / subscribers, longestStallMs: stalls.max / 1e6,
    moreMiB: (peak - before) / MEBIBYTE, leftChangeMicros: changing / LEFT_CHANGES,
  };
}

async function insertReferred(engine: Engine, name: string): Promise<void> {
  await engine.insert('REFERRED', [new Map<string, string>([['ID', 'hot'], ['NAME', name]])]);
}

async function changeLeftRows(engine: Engine, sign: number): Promise<void> {
  for (let i = 0; i < LEFT_CHANGES; i++) await engine.insert('SUBSCRIBERS', [new Map<string, string | number>([['ID', `s${i}`], ['REF', 'hot'], ['V', sign * i]])]);
  await engine.whenIdle();
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  await rest();
  const before = cpuMicros();
  await work();
  await quiet();
  return cpuMicros() - before;
}

/** Compaction of what was written before may take longer than one look. */
async function rest(): Promise<void> {
  for (let i = 0; i < MOST_LOOKS; i++) {
    const before = cpuMicros();
    await quiet();
    if (cpuMicros() - before < RESTING_MICROS) return;
  }
}

function watchMemory(): { stop(): Promise<number> } {
  const clock = systemClock();
  let peak = 0;
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      peak = Math.max(peak, process.memoryUsage.rss());
      await clock.sleep(SAMPLE_MS);
    }
  })();
  return {
    stop: async () => {
      isDone = true;
      await sampling;
      return peak;
    },
  };
}

async function fillSubscribers(broker: Broker, subscribers: number): Promise<void> {
  await broker.admin.createTopic({ name: 'subscribers', partitions: PARTITIONS, configs: { 'cleanup.policy': 'compact' } });
  const producer = await broker.openTransactionalProducer({ transactionalId: 'fill-subscribers', timeoutMs: 60_000 });
  for (let done = 0; done < subscribers; done += RECORDS_PER_COMMIT) {
    producer.begin();
    for (let i = done; i < Math.min(subscribers, done + RECORDS_PER_COMMIT); i++) {
      const key = Buffer.from(`s${i}`);
      const value = Buffer.from(`{"REF":"hot","V":${i}}`);
      producer.batch('subscribers', partitionForKey(key, 0, key.length, PARTITIONS)).append(FIRST_TIME + i, key, 0, key.length, value, 0, value.length, null);
    }
    await producer.commit();
  }
  await producer.close();
}
