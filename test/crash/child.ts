import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { systemClock, VERSION } from '../../src/env/index.js';
import type { InputRecord } from '../sim/oracle/events.js';
import type { Shape } from '../sim/shapes.js';
import { valueBytes } from '../sim/workload.js';
import { endsOf, sinkRows } from '../sim/world.js';
import { inputOf } from './input.js';
import { TOPOLOGIES } from './topologies.js';

/** What a life of the process is started with. */
export interface ChildOptions {
  readonly folder: string;
  readonly topology: string;
  readonly seed: number;
  readonly chunks: number;
  /** Time between two appended chunks. */
  readonly paceMs: number;
}

async function declare(local: LocalEngine, shape: Shape): Promise<void> {
  for (const statement of shape.statements) {
    const name = /^CREATE \w+ (\w+)/.exec(statement)?.[1] ?? '';
    if (!local.engine.catalog().sources.has(name)) await local.engine.execute(statement);
  }
}

/** Appends the rest of the input, chunk after chunk. */
async function feed(local: LocalEngine, shape: Shape, { seed, chunks, paceMs }: ChildOptions): Promise<void> {
  const input = inputOf(shape, seed, chunks);
  let written = 0;
  for (const { topic } of shape.sources) for (const end of await endsOf(local.broker, topic)) written += end;
  const producer = await local.broker.openProducer();
  for (const chunk of input) {
    if (written >= chunk.length) {
      written -= chunk.length;
      continue;
    }
    await producer.send(chunk.map(asRecord));
    if (paceMs > 0) await systemClock().sleep(paceMs);
  }
  await producer.close();
}

function asRecord(record: InputRecord) {
  const { topic, partition, key, ts } = record;
  return { topic, partition, key: key === null ? null : Buffer.from(key), value: valueBytes(record, 0), timestamp: ts };
}

/** Opens the product on its folder, goes on where the last life was killed, and writes down the sink when all is done. */
export async function runChild(options: ChildOptions): Promise<void> {
  const shape = TOPOLOGIES.find((each) => each.name === options.topology);
  if (shape === undefined) throw new Error(`no topology ${options.topology}`);
  const local = await openLocal({
    storage: { folder: options.folder },
    version: VERSION,
    properties: { 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.streams.commit.interval.ms': '25', 'millrace.commit.spacing': '0' },
  });
  process.stdout.write('open\n');
  await declare(local, shape);
  await feed(local, shape, options);
  await local.engine.whenIdle();
  writeFileSync(join(options.folder, 'sink.json'), JSON.stringify(await sinkRows(local.broker, shape)));
  process.stdout.write('idle\n');
  await local.engine.close();
}
