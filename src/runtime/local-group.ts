import type { FromGroup, ToGroup } from './messages.js';
import type { Partitioner, RuntimeDependencies } from './options.js';
import { TaskGroupClient } from './task-group-client.js';
import { TaskGroup } from './task-group.js';

const NOW = Promise.resolve();

/** In a microtask; `queueMicrotask` would make a resource of each for those who follow asynchronous calls. */
function soon(task: () => void): void {
  void NOW.then(task);
}

/**
 * A task group on the caller's own thread. Messages are handed over in microtasks, never within the sender's call, as
 * between threads.
 */
export function openTaskGroup(dependencies: RuntimeDependencies, partitioner: Partitioner | null = null): TaskGroupClient {
  let deliver: ((message: FromGroup) => void) | null = null;
  const early: FromGroup[] = [];
  let closed = false;
  const group = new TaskGroup(dependencies, partitioner, (message) => {
    soon(() => {
      if (deliver === null) early.push(message);
      else deliver(message);
    });
  });
  return new TaskGroupClient({
    post: (message: ToGroup) => soon(() => {
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
