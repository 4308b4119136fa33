import type { Broker, LogReader, TransactionalProducer } from '../../../src/broker/index.js';
import type { BytesStore, StoreProvider } from '../../../src/state/index.js';

/** Ends a process's view of the world at the nth call of a seam: before the call is made, or after it was, the answer lost. */
export class Crash {
  private calls = 0;
  dead = false;
  constructor(
    private readonly at: number,
    private readonly answerLost: boolean,
  ) {}

  get count(): number {
    return this.calls;
  }

  private async guard<T>(call: () => Promise<T>): Promise<T> {
    const number = this.dead ? Infinity : ++this.calls;
    if (number > this.at) return this.never();
    if (number < this.at) {
      const value = await call();
      return this.dead ? this.never() : value;
    }
    this.dead = true;
    if (this.answerLost) await call();
    return this.never();
  }

  private never<T>(): Promise<T> {
    this.dead = true;
    return new Promise<T>(() => undefined);
  }

  broker(real: Broker): Broker {
    return proxy(real, {
      openReader: (options) => this.reader(real.openReader(options)),
      openTransactionalProducer: (options) => this.guard(async () => this.producer(await real.openTransactionalProducer(options))),
      fetchCommitted: (group, partitions) => this.guard(() => real.fetchCommitted(group, partitions)),
    });
  }

  stores(real: StoreProvider): StoreProvider {
    return proxy(real, { open: (task, name) => this.guard(async () => this.store(await real.open(task, name))) });
  }

  private reader(real: LogReader): LogReader {
    return proxy(real, { poll: (options) => this.guard(() => real.poll(options)) });
  }

  private producer(real: TransactionalProducer): TransactionalProducer {
    return proxy(real, {
      sendOffsets: (offsets, group) => this.guard(() => real.sendOffsets(offsets, group)),
      commit: () => this.guard(() => real.commit()),
    });
  }

  private store(real: BytesStore): BytesStore {
    return proxy(real, { write: (operations, offset) => this.guard(() => real.write(operations, offset)) });
  }
}

/** The object with some methods replaced. */
function proxy<T extends object>(real: T, replaced: Partial<T>): T {
  return new Proxy(real, {
    get(target, name) {
      const other: unknown = Reflect.get(replaced, name);
      if (other !== undefined) return other;
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]): unknown => Reflect.apply(value, target, values);
    },
  });
}
