import type { Transferable } from 'node:worker_threads';
import { RemoteBroker, type Broker, type BrokerPort, type FromBroker, type ToBroker } from '../broker/index.js';
import type { Clock, Env, Labels, LogFields, Logger, Metrics, Random } from '../env/index.js';
import { loadFunctions, type CallWatch } from '../extension/index.js';
import { builtInFunctions, layerFunctions, parseJavaTimestamp, type FunctionContext } from '../functions/index.js';
import { TaskGroup, type FromThread, type GroupThreadSetup, type ThreadBroker, type ThreadStores, type ToGroup, type ToThread } from '../runtime/index.js';
import { formatOf } from '../serde/index.js';
import { createMemoryStores, openDiskStores, type StoreProvider } from '../state/index.js';
import { ThreadSchemas } from './thread-schemas.js';

export interface GroupThread {
  readonly setup: GroupThreadSetup;
  readonly watch: CallWatch;
  readonly clock: Clock;
  readonly random: Random;
  readonly post: (message: FromThread, transfer?: readonly Transferable[]) => void;
  readonly onMessage: (handler: (message: ToThread) => void) => void;
}

/** Sets up a task group that is spoken to by messages. Rejects where the functions cannot be loaded or the stores not be opened. */
export async function runGroup({ setup, watch, clock, random, post, onMessage }: GroupThread): Promise<void> {
  const receivers = new Receivers();
  onMessage((message) => receivers.receive(message));
  const logger = threadLogger(post, {});
  const env: Env = { clock, random, logger, metrics: threadMetrics(post) };
  const schemas = new ThreadSchemas(setup.schemas, (id, wanted) => post({ kind: 'schema', id, wanted }));
  receivers.schemas = schemas;
  const properties = new Map(setup.properties);
  const context: FunctionContext = { clock, random, zoneId: setup.zoneId, property: (name) => properties.get(name) ?? null };
  const own = await loadFunctions(setup.functions, watch);
  const broker = openBroker(setup.broker, {
    postMessage: (message, transfer) => post({ kind: 'broker', message }, transfer),
    onMessage: (handler) => {
      receivers.broker = handler;
    },
    close: () => undefined,
  });
  const group = new TaskGroup(
    {
      threadId: setup.threadId, env, broker,
      stores: await openStores(setup.stores, env),
      functions: own.length === 0 ? builtInFunctions : layerFunctions(builtInFunctions, own),
      functionContext: context,
      formats: formatOf,
      schemas,
      loadSchemas: (error) => schemas.loadMissing(error),
      parseTimestamp: (text, pattern) => parseJavaTimestamp(text, pattern, setup.zoneId),
    },
    null,
    (message) => post({ kind: 'group', message }),
  );
  // Said first: what waits for the group may keep the thread from saying anything.
  post({ kind: 'ready' });
  receivers.setGroup(group);
}

/** Who gets what the engine says. What it says to the group before that is set up waits. */
class Receivers {
  private group: TaskGroup | null = null;
  private early: ToGroup[] = [];
  broker: (message: FromBroker) => void = () => undefined;
  schemas: ThreadSchemas | null = null;

  receive(message: ToThread): void {
    if (message.kind === 'group') this.toGroup(message.message);
    else if (message.kind === 'broker') this.broker(message.message);
    else this.schemas?.answered(message);
  }

  setGroup(group: TaskGroup): void {
    this.group = group;
    for (const message of this.early.splice(0)) group.receive(message);
  }

  private toGroup(message: ToGroup): void {
    if (this.group === null) this.early.push(message);
    else this.group.receive(message);
  }
}

function openBroker(description: ThreadBroker, port: BrokerPort<ToBroker, FromBroker>): Broker {
  switch (description.kind) {
    case 'remote':
      return new RemoteBroker(description.of, port);
  }
}

async function openStores(description: ThreadStores, { clock, random, logger }: Env): Promise<StoreProvider> {
  return description.kind === 'memory' ? createMemoryStores() : openDiskStores({ ...description, clock, random, logger });
}

function threadLogger(post: GroupThread['post'], bound: LogFields): Logger {
  const at = (level: Extract<FromThread, { kind: 'log' }>['level']) => (message: string, fields: LogFields = {}): void => post({ kind: 'log', level, message, fields: { ...bound, ...fields } });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields) => threadLogger(post, { ...bound, ...fields }) };
}

function threadMetrics(post: GroupThread['post']): Metrics {
  const by = (method: Extract<FromThread, { kind: 'metric' }>['method']) => (name: string, labels: Labels, value = 1): void => post({ kind: 'metric', method, name, labels, value });
  return { count: by('count'), gauge: by('gauge'), observe: by('observe') };
}
