import { assertNever } from '../errors/index.js';
import type { FromGroup, ToGroup } from './messages.js';
import type { Partitioner, RuntimeDependencies } from './options.js';

/** The queries of one thread, driven by messages only. */
export class TaskGroup {
  constructor(
    readonly dependencies: RuntimeDependencies,
    readonly partitioner: Partitioner | null,
    readonly post: (message: FromGroup) => void,
  ) {}

  receive(message: ToGroup): void {
    switch (message.kind) {
      case 'request':
      case 'credit':
      case 'cancel':
        return;
      default:
        assertNever(message);
    }
  }
}
