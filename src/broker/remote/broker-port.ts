import type { Transferable } from 'node:worker_threads';

/** One end of a channel between threads: what of a MessagePort is used here. Messages come in the order they were posted. */
export interface BrokerPort<Out, In> {
  postMessage(message: Out, transfer?: readonly Transferable[]): void;
  /** Called once. */
  onMessage(handler: (message: In) => void): void;
  close(): void;
}
