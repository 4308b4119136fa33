import type { Broker } from '../../broker/index.js';
import { systemClock, type Env, type Logger, type Metrics } from '../../env/index.js';
import { InternalError, RequestError } from '../../errors/index.js';
import type { FolderFunction, FoundDefinition } from '../../extension/index.js';
import type { ThreadStores } from '../../runtime/index.js';
import type { StoreProvider } from '../../state/index.js';
import type { Settings } from '../config/settings.js';
import type { Schemas } from '../schemas.js';
import type { UserFunctions } from '../user-functions/user-functions.js';
import { Evaluator } from './evaluator.js';
import { GroupRouter } from './group-router.js';
import type { QueryGroup, TaskGroups } from './task-groups.js';
import { TaskThread, type ThreadEnvironment } from './task-thread.js';

/** A thread may go ten times as long without a pause as one call of a function may take, and this long in any case: a busy machine is slow. */
const CALLS_PER_TURN = 10;
const TURN_MS = 30_000;

export interface ThreadSettings {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Looks into a folder of functions in a thread of its own, so that no code of the folder ever runs in this one. */
export async function describeInThread(folder: string, from: ThreadSettings): Promise<readonly FoundDefinition[]> {
  const thread = new TaskThread({ kind: 'describe', folder }, environmentOf(from, { broker: null, schemas: null, functionName: () => `Loading the functions of ${folder}` }));
  await thread.ready;
  await thread.end(new RequestError('SHUTTING_DOWN', 'The functions are known'));
  return thread.found;
}

export interface RoutedParts {
  readonly env: Env;
  readonly settings: Settings;
  readonly local: QueryGroup;
  readonly functions: UserFunctions;
  readonly broker: Broker;
  readonly schemas: Schemas;
  readonly stores: StoreProvider;
  /** How a thread opens stores for itself. */
  readonly threadStores: ThreadStores;
}

/** Queries with functions of the folder in threads of their own, all others in the group of this one. Opens no thread yet. */
export function routedGroups(parts: RoutedParts): TaskGroups {
  const { env, local, functions, stores } = parts;
  const openThread = (): TaskThread => groupThread(parts, functions.folder);
  const evaluator = new Evaluator(openThread, systemClock());
  const placement = { elsewhere: new Set(functions.folder.map(({ facts }) => facts.name)), here: functions.given };
  return new GroupRouter({ env, local, openThread, stores, evaluator, placement });
}

function groupThread({ env, settings, broker, schemas, threadStores }: RoutedParts, functions: readonly FolderFunction[]): TaskThread {
  if (broker.kind === 'kafka') throw new InternalError('A thread opens its own connections to Kafka');
  const environment = environmentOf({ settings, logger: env.logger, metrics: env.metrics }, {
    broker, schemas, functionName: (which) => `Function ${functions[which]?.facts.name ?? String(which)}`,
  });
  const { clock } = environment;
  const started = clock.monotonic();
  const thread = new TaskThread({
    kind: 'group', functions,
    broker: { kind: 'remote', of: broker.kind },
    stores: threadStores,
    properties: [...settings.effective()],
    zoneId: settings.text('millrace.time.zone') ?? 'UTC',
    schemas: schemas.known(),
    threadId: '0',
  }, environment);
  void thread.ready.then(() => {
    const startMs = clock.monotonic() - started;
    env.logger.info('A thread for user functions has started', { startMs: Math.round(startMs) });
    env.metrics.observe('millrace_thread_start_seconds', {}, startMs / 1000);
  }, () => undefined);
  return thread;
}

function environmentOf(
  { settings, logger, metrics }: ThreadSettings,
  { broker, schemas, functionName }: { readonly broker: Broker | null; readonly schemas: Schemas | null; readonly functionName: (which: number) => string },
): ThreadEnvironment {
  const callMs = settings.number('millrace.functions.timeout.ms');
  return {
    broker, logger, metrics, functionName,
    findSchema: (wanted) => schemas?.find(wanted) ?? Promise.resolve(null),
    limits: { callMs, turnMs: Math.max(TURN_MS, callMs * CALLS_PER_TURN) },
    memoryMiB: settings.number('millrace.functions.memory.mb'),
    clock: systemClock(),
  };
}
