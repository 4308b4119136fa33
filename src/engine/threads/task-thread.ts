import { Worker, type Transferable } from 'node:worker_threads';
import { BrokerServer, type Broker, type FromBroker, type ToBroker } from '../../broker/index.js';
import type { Clock, Logger, Metrics } from '../../env/index.js';
import { MillraceError, RequestError } from '../../errors/index.js';
import { WATCH_BYTES, type FoundDefinition } from '../../extension/index.js';
import { TaskGroupClient, type FromGroup, type FromThread, type ThreadSetup, type ToThread, type WantedSchema } from '../../runtime/index.js';
import type { RegisteredSchema } from '../../serde/index.js';
import { watchThread, type Overrun, type WatchLimits } from './watchdog.js';
import { workerEntry } from './worker-entry.js';

/** For a last commit. A function that hangs ends its thread sooner. */
const CLOSE_MS = 10_000;

/** Loading modules may take so long, whatever limit calls have. */
const START_MS = 20_000;

export interface ThreadEnvironment {
  readonly broker: Broker | null;
  readonly findSchema: (wanted: WantedSchema) => Promise<RegisteredSchema | null>;
  readonly limits: WatchLimits;
  /** Of the thread's JavaScript heap. */
  readonly memoryMiB: number;
  /** Real time, whatever clock the queries go by. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Names the functions by their numbers, for messages. */
  readonly functionName: (which: number) => string;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type SetupWithoutWatch = DistributiveOmit<ThreadSetup, 'watch'>;

/** One worker thread: its task group, the broker it is served, and the watch over it. It ends once, for one reason. */
export class TaskThread {
  readonly client: TaskGroupClient;
  /** Resolves when it is set up; rejects where it cannot be, or ends before. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the thread is gone and nothing that it asked the broker for is under way. */
  readonly ended: Promise<MillraceError>;
  /** What a `describe` thread has found. */
  found: readonly FoundDefinition[] = [];
  private readonly worker: Worker;
  private readonly server: BrokerServer | null;
  private readonly watching = new AbortController();
  private toClient: (message: FromGroup) => void = () => undefined;
  private toServer: (message: ToBroker) => void = () => undefined;
  private isReady = false;
  private reason: MillraceError | null = null;
  private isSetUp: { resolve(): void; reject(error: Error): void } = { resolve: () => undefined, reject: () => undefined };

  constructor(setup: SetupWithoutWatch, private readonly environment: ThreadEnvironment) {
    const watch = new SharedArrayBuffer(WATCH_BYTES);
    const entry = workerEntry();
    this.worker = new Worker(entry.url, {
      workerData: { ...setup, watch } satisfies ThreadSetup,
      name: 'millrace',
      resourceLimits: { maxOldGenerationSizeMb: environment.memoryMiB },
      ...(entry.execArgv.length === 0 ? {} : { execArgv: [...entry.execArgv] }),
    });
    this.ready = new Promise((resolve, reject) => {
      this.isSetUp = { resolve, reject };
    });
    this.ready.catch(() => undefined); // Whoever waits for it is told; nobody has to.
    this.client = new TaskGroupClient({
      post: (message) => this.post({ kind: 'group', message }),
      onMessage: (handler) => {
        this.toClient = handler;
      },
      close: () => undefined,
    });
    this.server = environment.broker === null ? null : this.serve(environment.broker);
    this.ended = this.untilEnd();
    this.worker.on('message', (message: FromThread) => this.receive(message));
    void this.watch(new Int32Array(watch));
  }

  /** Nothing more comes of it. */
  get hasEnded(): boolean {
    return this.reason !== null;
  }

  /** Stops its queries after a last commit; a thread that does not come to that in time is ended all the same. */
  async close(): Promise<void> {
    if (this.isReady) {
      const patience = new AbortController();
      const tooLate = this.environment.clock.sleep(CLOSE_MS, patience.signal).catch(() => undefined);
      await Promise.race([this.client.close().catch(() => undefined), this.ended, tooLate]);
      patience.abort();
    }
    await this.end(new RequestError('SHUTTING_DOWN', 'The thread was closed'));
  }

  /** Ends the thread wherever it is. What is not committed is lost, as in a crash. */
  async end(reason: MillraceError): Promise<void> {
    this.reason ??= reason;
    await this.worker.terminate();
    await this.ended;
  }

  private serve(broker: Broker): BrokerServer {
    return new BrokerServer(broker, {
      postMessage: (message: FromBroker, transfer = []) => this.post({ kind: 'broker', message }, transfer),
      onMessage: (handler) => {
        this.toServer = handler;
      },
      close: () => undefined,
    });
  }

  private post(message: ToThread, transfer: readonly Transferable[] = []): void {
    this.worker.postMessage(message, [...transfer]);
  }

  private receive(message: FromThread): void {
    switch (message.kind) {
      case 'ready':
        this.isReady = true;
        this.isSetUp.resolve();
        return;
      case 'failed':
        void this.end(new RequestError(message.error.code, message.error.message, { hint: message.error.hint ?? undefined }));
        return;
      case 'found':
        this.found = message.definitions;
        this.isSetUp.resolve();
        return;
      case 'group':
        this.toClient(message.message);
        return;
      case 'broker':
        this.toServer(message.message);
        return;
      case 'schema':
        void this.answerSchema(message.id, message.wanted);
        return;
      case 'log':
        this.environment.logger[message.level](message.message, message.fields);
        return;
      case 'metric':
        this.environment.metrics[message.method](message.name, message.labels, message.value);
    }
  }

  private async answerSchema(id: number, wanted: WantedSchema): Promise<void> {
    try {
      this.post({ kind: 'schema', id, found: { schema: await this.environment.findSchema(wanted) }, error: null });
    } catch (error) {
      const code = error instanceof MillraceError ? error.code : 'SERVER';
      this.post({ kind: 'schema', id, found: null, error: { code, message: error instanceof Error ? error.message : String(error), hint: null } });
    }
  }

  private async watch(words: Int32Array): Promise<void> {
    const { limits, clock } = this.environment;
    const starting = { callMs: Math.max(START_MS, limits.callMs), turnMs: Math.max(START_MS, limits.turnMs) };
    const overrun = await watchThread(words, () => (this.isReady ? limits : starting), clock, this.watching.signal);
    if (overrun !== null) await this.end(this.overrunError(overrun));
  }

  private overrunError({ kind, which }: Overrun): MillraceError {
    const { limits, functionName } = this.environment;
    if (!this.isReady) return new RequestError('FUNCTION_OVERRUN', `${functionName(which)} did not come to an end; the thread was ended`);
    const hint = `Mend the function and restart the program, or raise millrace.functions.timeout.ms.`;
    const message = kind === 'call'
      ? `${functionName(which)} did not come back within ${limits.callMs} ms; its thread was ended`
      : `Functions took more than ${limits.turnMs} ms without a pause (the last was ${functionName(which)}); their thread was ended`;
    return new RequestError('FUNCTION_OVERRUN', message, { hint });
  }

  private untilEnd(): Promise<MillraceError> {
    return new Promise((resolve) => {
      this.worker.on('error', (error: Error) => {
        this.reason ??= crashError(error, this.environment.memoryMiB);
      });
      this.worker.on('exit', (code) => {
        const reason = (this.reason ??= new RequestError('THREAD_ENDED', `The thread of the query ended by itself, with code ${code}`));
        this.watching.abort();
        this.isSetUp.reject(reason);
        void (this.server?.close() ?? Promise.resolve()).then(() => {
          this.client.fail(reason);
          resolve(reason);
        });
      });
    });
  }
}

function crashError(error: Error, memoryMiB: number): MillraceError {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new RequestError('THREAD_ENDED', `The thread of the query used more memory than its ${memoryMiB} MiB`, { cause: error, hint: 'Raise millrace.functions.memory.mb, or let the functions keep less.' });
  }
  return new RequestError('THREAD_ENDED', `The thread of the query failed: ${error.message}`, { cause: error });
}
