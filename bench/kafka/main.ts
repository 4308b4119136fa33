/**
 * `npm run bench:kafka -- [--records N] [--rounds N] [--only PATTERN] [--kafka HOST:PORT] [--peers FOLDER]`: the engine on a real
 * Kafka, CPU seconds of the client process per million records. `--peers` names a Maven project with a Kafka Streams program
 * (`peers.StreamsBench`), which then runs on the same broker and topic in the same run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectKafka } from '../../test/kafka/connect.js';
import { startKafka } from '../../test/kafka/java-kafka.js';
import { fillBids } from '../bids.js';
import { median } from '../cpu.js';
import { runWorkload, type ChildResult } from './child.js';
import { WORKLOADS, type Workload } from './workloads.js';

const { values: args } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    kafka: { type: 'string' },
    peers: { type: 'string' },
    child: { type: 'string' },
    topic: { type: 'string', default: '' },
  },
});

if (args.child === undefined) await runAll();
else {
  const workload = WORKLOADS.find(({ name }) => name === args.child);
  if (workload === undefined) throw new Error(`unknown workload ${args.child}`);
  console.log(JSON.stringify(await runWorkload(workload, args.kafka ?? '', args.topic)));
}

async function runAll(): Promise<void> {
  const kafka = args.kafka === undefined ? await startKafka() : null;
  const bootstrap = args.kafka ?? kafka?.bootstrap ?? '';
  const records = Number(args.records);
  const broker = await connectKafka(bootstrap);
  for (const keyed of [true, false]) {
    if (await broker.admin.createTopic({ name: topicOf(keyed), partitions: 2, configs: { 'retention.ms': '-1' } })) await fillBids(broker, { topic: topicOf(keyed), auctions: 1000, keyed, records });
  }
  await broker.close();
  const peers = args.peers === undefined ? null : peersPath(args.peers);
  const workloads = WORKLOADS.filter(({ name }) => new RegExp(args.only ?? '', 'u').test(name));
  const ours = new Map<Workload, number[]>();
  const theirs = new Map<Workload, number[]>();
  for (let round = 1; round <= Number(args.rounds); round++) {
    for (const workload of workloads) {
      const result = ownChild(workload, bootstrap);
      const perMillion = result.cpuSeconds / (records / 1e6);
      ours.set(workload, [...(ours.get(workload) ?? []), perMillion]);
      console.log(`round ${round}: ${workload.name}: ${perMillion.toFixed(2)} CPU s/M, ${(records / result.seconds / 1000).toFixed(0)} k records/s, ${result.outputs} out, ${result.rssMiB.toFixed(0)} MiB`);
      if (peers === null) continue;
      const peer = peerChild(peers, workload, bootstrap);
      theirs.set(workload, [...(theirs.get(workload) ?? []), peer]);
      console.log(`round ${round}: ${workload.name}: Kafka Streams ${peer.toFixed(2)} CPU s/M`);
    }
  }
  console.log('\n| workload | CPU s/M | Kafka Streams | times (best round) | must | aim |\n|---|---|---|---|---|---|');
  for (const workload of workloads) {
    const [own, peer] = [ours.get(workload) ?? [], theirs.get(workload) ?? []];
    const times = peer.length === 0 ? '–' : `${(median(peer) / median(own)).toFixed(1)} (${(Math.min(...peer) / Math.min(...own)).toFixed(1)})`;
    console.log(`| ${workload.name} | ${median(own).toFixed(2)} | ${peer.length === 0 ? '–' : median(peer).toFixed(2)} | ${times} | ${workload.must} | ${workload.aim} |`);
  }
  await kafka?.stop();
}

function topicOf(keyed: boolean): string {
  return keyed ? 'bench-bids-keyed' : 'bench-bids';
}

function ownChild(workload: Workload, bootstrap: string): ChildResult {
  const program = process.argv[1] ?? '';
  const result = spawnSync(process.execPath, [program, '--child', workload.name, '--kafka', bootstrap, '--topic', topicOf(workload.keyed)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.status !== 0) throw new Error(`${workload.name} failed`);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') as ChildResult;
}

/** Builds the program once, in the cache. */
function peersPath(folder: string): string {
  const home = join(process.env['MILLRACE_ROOT'] ?? '.', '.cache', 'peers');
  if (!existsSync(join(home, 'libs'))) {
    mkdirSync(home, { recursive: true });
    for (const each of ['pom.xml', 'src']) cpSync(join(folder, each), join(home, each), { recursive: true });
    const built = spawnSync('mvn', ['-q', '-B', 'package', 'dependency:copy-dependencies', `-DoutputDirectory=${join(home, 'libs')}`], { cwd: home, stdio: 'inherit' });
    if (built.status !== 0) throw new Error('building the peers failed');
  }
  return `${join(home, 'libs', '*')}:${join(home, 'target', 'classes')}`;
}

function peerChild(path: string, { peer, keyed, cacheBytes }: Workload, bootstrap: string): number {
  const result = spawnSync('java', ['-Xmx1g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', path, 'peers.StreamsBench', bootstrap, peer, topicOf(keyed), 'exactly_once_v2', '1', String(cacheBytes), '1000'], { encoding: 'utf8' });
  const found = /([\d.]+) cpu-s\/M/.exec(result.stdout);
  if (found === null) throw new Error(`Kafka Streams failed: ${result.stdout.slice(-500)} ${result.stderr.slice(-500)}`);
  return Number(found[1]);
}
