import type { Transferable } from 'node:worker_threads';
import { BrokerError } from '../../errors/index.js';
import type { TopicPartition } from '../broker.js';
import type { BrokerPort } from './broker-port.js';
import type { BrokerCalls, CallMessage, FromBroker, ToBroker } from './messages.js';
import { fromRemote } from './remote-errors.js';

/** The calling end: numbers calls, and readers and producers of this thread. */
export class BrokerLink {
  private nextId = 1;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  isClosed = false;

  constructor(private readonly port: BrokerPort<ToBroker, FromBroker>) {
    port.onMessage((message) => this.receive(message));
  }

  number(): number {
    return this.nextId++;
  }

  post(message: ToBroker): void {
    this.port.postMessage(message);
  }

  call<K extends keyof BrokerCalls>(name: K, args: Parameters<BrokerCalls[K]>, transfer: readonly Transferable[] = []): Promise<ReturnType<BrokerCalls[K]>> {
    if (this.isClosed) return Promise.reject(closedError());
    return this.callAnyway(name, args, transfer);
  }

  /** Also when the broker is closed: for giving back what is open. */
  callAnyway<K extends keyof BrokerCalls>(name: K, args: Parameters<BrokerCalls[K]>, transfer: readonly Transferable[] = []): Promise<ReturnType<BrokerCalls[K]>> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      // The other end answers by the same table of calls.
      this.waiting.set(id, { resolve: (value) => resolve(value as ReturnType<BrokerCalls[K]>), reject });
      this.port.postMessage({ kind: 'call', id, name, args } as CallMessage, transfer);
    });
  }

  private receive(message: FromBroker): void {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(fromRemote(message.error));
  }
}

export function closedError(): BrokerError {
  return new BrokerError('The broker is closed', { retriable: false, code: 'SHUTTING_DOWN', outcome: 'unknown' });
}

/** Callers pass objects that have more than a name: only that travels. */
export function named(partitions: readonly TopicPartition[]): readonly TopicPartition[] {
  return partitions.map(({ topic, partition }) => ({ topic, partition }));
}
