import type { FromGroup, ToGroup } from './messages.js';
import type { Partitioner, RuntimeDependencies } from './options.js';
import { TaskGroupClient } from './task-group-client.js';
import { TaskGroup } from './task-group.js';

/**
 * A task group on the caller's own thread. Messages are handed over in microtasks, never within the sender's call, as
 * between threads.
 */
export function openTaskGroup(dependencies: RuntimeDependencies, partitioner: Partitioner | null = null): TaskGroupClient {
  let deliver: ((message: FromGroup) => void) | null = null;
  const early: FromGroup[] = [];
  let closed = false;
  const group = new TaskGroup(dependencies, partitioner, (message) => {
    queueMicrotask(() => {
      if (deliver === null) early.push(message);
      else deliver(message);
    });
  });
  return new TaskGroupClient({
    post: (message: ToGroup) => queueMicrotask(() => {
      if (!closed) group.receive(message);
    }),
    onMessage: (handler) => {
      deliver = handler;
      for (const message of early.splice(0)) handler(message);
    },
    close: () => {
      closed = true;
    },
  });
}
