import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';

/** Apache Kafka from Maven artifacts, on loopback, with ports of the moment. Nothing of it outlives the process that started it. */
const ROOT = process.env['MILLRACE_ROOT'] ?? process.cwd();
export const KAFKA_VERSION = process.env['MILLRACE_KAFKA_VERSION'] ?? '4.1.0';
const CACHE = join(ROOT, '.cache', 'kafka', KAFKA_VERSION);
const START_MS = 180_000;

export interface KafkaOptions {
  readonly brokers?: number;
  /** Lines of `server.properties` over the usual ones; `{port}` stands for the port of the listener CLIENT. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Protocol of the listener for clients. */
  readonly protocol?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** Passed to the storage tool: users of SCRAM. */
  readonly scram?: readonly string[];
  readonly javaOptions?: readonly string[];
}
export interface KafkaNode {
  readonly id: number;
  readonly address: string;
  /** A second listener without security for brokers and tools. */
  readonly plainAddress: string;
  /** Resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
}
export interface Kafka {
  readonly bootstrap: string;
  readonly plainBootstrap: string;
  readonly nodes: readonly KafkaNode[];
  stop(): Promise<void>;
}

/** Why there can be no Kafka here; null: there can. */
export function whyNot(): string | null {
  for (const [command, flag] of [['java', '-version'], ['mvn', '-v']] as const) {
    if (command === 'mvn' && existsSync(join(CACHE, 'libs'))) continue;
    if (spawnSync(command, [flag], { stdio: 'ignore' }).status !== 0) return `${command} is not installed`;
  }
  return null;
}

let path: string | null = null;

/** Fetches Kafka and compiles the Java programs of the tests, once. Returns the class path. */
export function classPath(): string {
  path ??= prepare();
  return path;
}

function prepare(): string {
  const libs = join(CACHE, 'libs');
  const source = join(ROOT, 'test', 'kafka', 'java');
  if (!existsSync(libs)) {
    const fresh = `${libs}.${process.pid}`;
    run('mvn', ['-q', '-B', '-f', join(source, 'pom.xml'), `-Dkafka.version=${KAFKA_VERSION}`, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`]);
    renameSync(fresh, libs);
  }
  const programs = join(CACHE, 'programs');
  if (!existsSync(programs)) mkdirSync(programs, { recursive: true });
  const files = ['ReadCommitted', 'StreamsState', 'TransactionalIds', 'WriteRecords'].map((name) => join(source, `${name}.java`)).filter((file) => existsSync(file));
  run('javac', ['-cp', join(libs, '*'), '-d', programs, ...files]);
  return `${programs}:${join(libs, '*')}`;
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} failed:\n${result.stdout.slice(-2000)}\n${result.stderr.slice(-2000)}`);
}

/** Output of a Java program of the tests. */
export function java(program: string, args: readonly string[]): string {
  const result = spawnSync('java', ['-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classPath(), program, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${program} failed:\n${result.stderr.slice(-4000)}`);
  return result.stdout;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

interface Ports {
  readonly client: number;
  readonly plain: number;
  readonly controller: number;
}

export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const path = classPath();
  const count = options.brokers ?? 1;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-'));
  const all = await freePorts(count * 3);
  const ports = Array.from({ length: count }, (_, i): Ports => ({ client: all[i * 3] ?? 0, plain: all[i * 3 + 1] ?? 0, controller: all[i * 3 + 2] ?? 0 }));
  // One that begins with a hyphen is taken for an option.
  const clusterId = `M${randomBytes(16).toString('base64url').slice(1)}`;
  const running = new Set<ChildProcess>();
  const nodes = ports.map((own, index) => {
    const id = index + 1;
    const home = join(folder, `node-${id}`);
    mkdirSync(home);
    const file = join(home, 'server.properties');
    writeFileSync(file, serverProperties(id, home, ports, options));
    const scram = (options.scram ?? []).flatMap((user) => ['--add-scram', user]);
    run('java', ['-cp', path, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file, ...scram]);
    return new JavaNode(id, own, home, path, options.javaOptions ?? [], running);
  });
  const killAll = (): void => running.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', killAll);
  await Promise.all(nodes.map((node) => node.start()));
  return {
    nodes,
    bootstrap: nodes.map(({ address }) => address).join(','),
    plainBootstrap: nodes.map(({ plainAddress }) => plainAddress).join(','),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
      process.off('exit', killAll);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serverProperties(id: number, home: string, ports: readonly Ports[], options: KafkaOptions): string {
  const own = ports[id - 1] ?? { client: 0, plain: 0, controller: 0 };
  const copies = String(ports.length);
  const lines: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': ports.map(({ controller }, index) => `${index + 1}@127.0.0.1:${controller}`).join(','),
    listeners: `CLIENT://127.0.0.1:${own.client},PLAIN://127.0.0.1:${own.plain},CONTROLLER://127.0.0.1:${own.controller}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${own.client},PLAIN://127.0.0.1:${own.plain}`,
    'listener.security.protocol.map': `CLIENT:${options.protocol ?? 'PLAINTEXT'},PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'inter.broker.listener.name': 'PLAIN',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(home, 'logs'),
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': String(Math.max(1, ports.length - 1)),
    'transaction.state.log.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    'auto.create.topics.enable': 'false',
    'log.retention.ms': '-1',
    // Records of tests are as old as their times say; what tests compaction switches it on.
    'log.cleaner.enable': 'false',
    ...Object.fromEntries(Object.entries(options.properties ?? {}).map(([key, value]) => [key, value.replaceAll('{port}', String(own.client))])),
  };
  return Object.entries(lines).map(([key, value]) => `${key}=${value}\n`).join('');
}

class JavaNode implements KafkaNode {
  readonly address: string;
  readonly plainAddress: string;
  private child: ChildProcess | null = null;

  constructor(
    readonly id: number,
    private readonly ports: Ports,
    private readonly home: string,
    private readonly path: string,
    private readonly javaOptions: readonly string[],
    private readonly running: Set<ChildProcess>,
  ) {
    this.address = `127.0.0.1:${ports.client}`;
    this.plainAddress = `127.0.0.1:${ports.plain}`;
  }

  async start(): Promise<void> {
    const log = join(this.home, 'out.log');
    const child = spawn('java', ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', ...this.javaOptions, '-cp', this.path, 'kafka.Kafka', join(this.home, 'server.properties')], { stdio: ['ignore', 'pipe', 'pipe'] });
    const sink = createWriteStream(log, { flags: 'a' });
    child.stdout.pipe(sink, { end: false });
    child.stderr.pipe(sink, { end: false });
    this.child = child;
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    const until = Date.now() + START_MS;
    while (!(await answers(this.ports.plain))) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`Kafka did not start:\n${readFileSync(log, 'utf8').slice(-3000)}`);
      await delay(200);
    }
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
