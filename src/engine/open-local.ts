import { join } from 'node:path';
import { createMemoryBroker, openEmbeddedBroker, type Broker, type EmbeddedBroker } from '../broker/index.js';
import { bootIdentity, silentLogger, silentMetrics, systemClock, systemRandom, type Env } from '../env/index.js';
import { parseJavaTimestamp, type FunctionContext, type FunctionEntry } from '../functions/index.js';
import type { CompatibilityLevel, EmbeddedRegistry, SchemaRegistry } from '../registry/index.js';
import { openTaskGroup, type Partitioner, type ThreadStores } from '../runtime/index.js';
import { formatOf } from '../serde/index.js';
import { createMemoryStores, openDiskStores, type StoreProvider } from '../state/index.js';
import { backupStream } from './backup.js';
import { advertisedListener } from './cluster/advertised-listener.js';
import { httpPeers } from './cluster/peers.js';
import { Settings } from './config/settings.js';
import type { Engine } from './engine.js';
import { openKafka, serverIdentity } from './open-kafka.js';
import { openRegistry } from './open-registry.js';
import { processingGuarantee } from './query-options.js';
import { SchemaNotLoaded, Schemas } from './schemas.js';
import type { ScriptChecks } from './script-checks.js';
import { openEngine } from './statement-engine.js';
import type { FunctionDefinition } from './user-functions/definition.js';
import { describeInThread, routedGroups } from './threads/open-threads.js';
import { userFunctions, type UserFunctions } from './user-functions/user-functions.js';

/** Where the data lives. */
export type Storage = { readonly memory: true } | { readonly folder: string };

export interface LocalOptions {
  readonly storage: Storage;
  /** Settings by ksqlDB's names. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly env?: Partial<Env>;
  readonly version: string;
  /** Functions over the built-in ones. */
  readonly functions?: readonly (FunctionEntry | FunctionDefinition)[];
  /** Load functions from the folder `ext` also where `ksql.extension.dir` is not given: for programs, not for libraries in them. */
  readonly usesExtensionFolder?: boolean;
  readonly partitioner?: Partitioner;
  readonly numbering?: 'log' | 'queries';
  readonly tests?: boolean;
  /** Global level of the embedded schema registry until one is set. Default BACKWARD. */
  readonly schemaCompatibility?: CompatibilityLevel;
  /** Queries wait for RESUME, however they came to be. */
  readonly startPaused?: boolean;
  /** Wraps the broker: for harnesses that watch or disturb it. */
  readonly decorateBroker?: (broker: Broker) => Broker;
  /** Wraps the state stores likewise. */
  readonly decorateStores?: (stores: StoreProvider) => StoreProvider;
  /** Uses this broker instead of opening one; it is not closed with the engine. */
  readonly broker?: Broker;
  /** Tells this engine from others that share the broker handed in; needed where there are several. Letters, digits, `.`, `_`, `-`. */
  readonly identity?: string;
  readonly stores?: StoreProvider;
}

export interface LocalEngine {
  readonly engine: Engine;
  readonly broker: Broker;
  readonly registry: SchemaRegistry;
  /** The registry that this process keeps itself; null when another one is used. */
  readonly embeddedRegistry: EmbeddedRegistry | null;
  readonly schemas: Schemas;
  readonly settings: Settings;
  readonly env: Env;
  /** For test scripts: what their ASSERT statements expect. */
  readonly checks: ScriptChecks;
  /** The bytes of a backup of the data folder while it is in use. Rejects where the data lies elsewhere. */
  backup(): Promise<AsyncGenerator<Buffer>>;
  /** Where this process can be reached: told to another process that wants the same folder, and shown with statuses. */
  announce(url: string): void;
}

interface OpenedBroker {
  readonly broker: Broker;
  /** The broker of this process's folder; null: there is none. */
  readonly embedded: EmbeddedBroker | null;
  readonly announce: (url: string) => void;
  /** Why the broker does not get on; null: it does. */
  readonly trouble: () => string | null;
  /** Tells this server's threads from those of other servers; '' where there are none. */
  readonly identity: string;
}

function environment(given: Partial<Env> | undefined): Env {
  return {
    clock: given?.clock ?? systemClock(),
    random: given?.random ?? systemRandom(),
    logger: given?.logger ?? silentLogger,
    metrics: given?.metrics ?? silentMetrics,
  };
}

function functionContext(env: Env, settings: Settings): FunctionContext {
  return {
    clock: env.clock,
    random: env.random,
    zoneId: settings.text('millrace.time.zone') ?? 'UTC',
    property: (name) => settings.text(name),
  };
}

async function openBroker(options: LocalOptions, env: Env, settings: Settings): Promise<OpenedBroker> {
  const silent = (): void => undefined;
  if (options.broker !== undefined) return { broker: options.broker, embedded: null, announce: silent, trouble: () => null, identity: options.identity === undefined ? '' : `${options.identity}-` };
  const decorate = (broker: Broker): Broker => options.decorateBroker?.(broker) ?? broker;
  if ('memory' in options.storage) return { broker: decorate(createMemoryBroker({ clock: env.clock, random: env.random })), embedded: null, announce: silent, trouble: () => null, identity: '' };
  if (settings.list('bootstrap.servers').length > 0) {
    const kafka = await openKafka(settings, env);
    return { broker: decorate(kafka), embedded: null, announce: silent, trouble: () => kafka.trouble(), identity: `${serverIdentity(settings, options.storage.folder, env)}-` };
  }
  const embedded = await openEmbeddedBroker({ folder: options.storage.folder, clock: env.clock, random: env.random, logger: env.logger, processId: process.pid, diskLimitBytes: settings.isGiven('millrace.disk.limit.bytes') ? settings.number('millrace.disk.limit.bytes') : null });
  return { broker: decorate(embedded), embedded, announce: (url) => embedded.announce(url), trouble: () => embedded.full(), identity: '' };
}

// A partitioner and a clock of the program's own cannot be sent to another thread, and connections to Kafka belong to one.
async function openFunctions(options: LocalOptions, env: Env, settings: Settings): Promise<UserFunctions> {
  const isPlain = options.partitioner === undefined && options.env?.clock === undefined && settings.list('bootstrap.servers').length === 0;
  const useThreads = isPlain && settings.flag('millrace.functions.threads');
  return userFunctions({
    given: options.functions ?? [], settings,
    usesDefaultFolder: options.usesExtensionFolder ?? false,
    describe: useThreads ? (folder) => describeInThread(folder, { settings, logger: env.logger, metrics: env.metrics }) : null,
  });
}

function diskStores(folder: string, settings: Settings): Extract<ThreadStores, { kind: 'disk' }> {
  return { kind: 'disk', folder: join(folder, 'state'), engine: settings.text('millrace.state.engine') === 'rocksdb' ? 'rocksdb' : 'level', bootId: bootIdentity() };
}

/** Stores that a harness hands in stay in this thread: other threads restore theirs from the changelogs. */
function threadStores(options: LocalOptions, settings: Settings): ThreadStores {
  return 'memory' in options.storage || options.stores !== undefined ? { kind: 'memory' } : diskStores(options.storage.folder, settings);
}

async function openStores(options: LocalOptions, env: Env, settings: Settings): Promise<StoreProvider> {
  if (options.stores !== undefined) return options.stores;
  const stores = 'memory' in options.storage ? createMemoryStores() : await openDiskStores({ ...diskStores(options.storage.folder, settings), clock: env.clock, random: env.random, logger: env.logger });
  return options.decorateStores?.(stores) ?? stores;
}

/** The whole product in this process: broker, state, registry, task group, engine. */
export async function openLocal(options: LocalOptions): Promise<LocalEngine> {
  const env = environment(options.env);
  const settings = Settings.ofServer(Object.entries(options.properties ?? {}));
  processingGuarantee(settings);
  const own = await openFunctions(options, env, settings);
  const functions = own.catalogue;
  const { broker, embedded: folderBroker, announce, trouble, identity } = await openBroker(options, env, settings);
  let host = 'localhost:8088';
  let reachedAt = advertisedListener(settings);
  const stores = await openStores(options, env, settings);
  const { registry, embedded } = await openRegistry({ broker, env, settings, compatibility: options.schemaCompatibility ?? 'BACKWARD' });
  const schemas = new Schemas(registry);
  const context = functionContext(env, settings);
  const local = openTaskGroup(
    {
      threadId: `${identity}0`,
      host: () => reachedAt,
      env, broker, stores, functions, schemas,
      functionContext: context,
      formats: formatOf,
      loadSchemas: async (error) => {
        if (!(error instanceof SchemaNotLoaded)) return false;
        await schemas.load(error);
        return true;
      },
      parseTimestamp: (text, pattern) => parseJavaTimestamp(text, pattern, context.zoneId),
    },
    options.partitioner ?? null,
  );
  const group = routedGroups({ env, settings, local, functions: own, broker, schemas, stores, threadStores: threadStores(options, settings) });
  const engine = await openEngine({
    env, broker, registry, schemas, functions, functionContext: context, group, settings,
    version: options.version,
    host: () => host,
    numbering: options.numbering ?? 'log',
    tests: options.tests ?? false,
    startPaused: options.startPaused ?? false,
    peers: httpPeers,
    trouble,
    onClose: async () => {
      await registry.close();
      await stores.close();
      if (options.broker === undefined) await broker.close();
    },
  });
  return {
    backup: () => backupStream(folderBroker),
    engine, checks: engine.checks, broker, registry, embeddedRegistry: embedded, schemas, settings, env,
    announce: (url) => {
      host = new URL(url).host;
      reachedAt = new URL(url).origin;
      announce(url);
    },
  };
}
