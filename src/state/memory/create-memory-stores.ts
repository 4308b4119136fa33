import { assert } from '../../errors/index.js';
import type { BytesStore, StoreProvider } from '../store.js';
import { queryOf } from '../task-id.js';
import { MemoryStore, type MemoryContents } from './memory-store.js';
import { SortedEntries } from './sorted-entries.js';

/** Stores in memory. Their contents live as long as the provider, so a task that is closed and opened again finds them. */
export function createMemoryStores(): StoreProvider {
  return new MemoryStores();
}

class MemoryStores implements StoreProvider {
  /** Task id → store name → contents. */
  private readonly tasks = new Map<string, Map<string, MemoryContents>>();
  private created = 0;

  open(taskId: string, storeName: string): Promise<BytesStore> {
    let stores = this.tasks.get(taskId);
    if (stores === undefined) {
      stores = new Map();
      this.tasks.set(taskId, stores);
    }
    let contents = stores.get(storeName);
    if (contents === undefined) {
      this.created += 1;
      contents = { uuid: `memory-${this.created}`, entries: new SortedEntries(), epoch: 0, changelogOffset: -1, batches: 0 };
      stores.set(storeName, contents);
    }
    contents.epoch += 1;
    return Promise.resolve(new MemoryStore(storeName, contents));
  }

  destroy(queryId: string): Promise<void> {
    assert(queryId !== '', 'a query has an id');
    for (const taskId of Array.from(this.tasks.keys())) if (queryOf(taskId) === queryId) this.tasks.delete(taskId);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
