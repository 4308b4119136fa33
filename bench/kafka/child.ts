import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocal } from '../../src/engine/index.js';
import { sourceSql, type Workload } from './workloads.js';

export interface ChildResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMiB: number;
  readonly outputs: number;
}

/** One workload in a process of its own: from the statement that starts the query until everything is committed. */
export async function runWorkload(workload: Workload, bootstrap: string, topic: string): Promise<ChildResult> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const service = `bench${process.pid}_`;
  const local = await openLocal({
    storage: { folder }, version: 'bench',
    properties: {
      'bootstrap.servers': bootstrap, 'ksql.service.id': service, 'auto.offset.reset': 'earliest',
      'ksql.streams.cache.max.bytes.buffering': String(workload.cacheBytes), 'ksql.streams.commit.interval.ms': '1000', 'millrace.exchange': workload.exchange,
      'ksql.output.topic.name.prefix': service,
    },
  });
  await local.engine.execute(sourceSql(workload, topic));
  const cpu = process.cpuUsage();
  const started = performance.now();
  await local.engine.execute(workload.query);
  await local.engine.whenIdle();
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  const rssMiB = process.resourceUsage().maxRSS / 1024;
  const sink = local.engine.catalog().sources.get('OUT')?.topic ?? '';
  const partitions = Array.from({ length: (await local.broker.admin.describeTopic(sink))?.partitions ?? 0 }, (_, partition) => ({ topic: sink, partition }));
  const outputs = (await local.broker.admin.listOffsets(partitions, 'latest', 'read_committed')).reduce((sum, end) => sum + end, 0);
  await local.engine.execute(`DROP ${workload.query.startsWith('CREATE TABLE') ? 'TABLE' : 'STREAM'} out DELETE TOPIC;`);
  await local.engine.close();
  rmSync(folder, { recursive: true, force: true });
  return { seconds, cpuSeconds: (used.user + used.system) / 1e6, rssMiB, outputs };
}
