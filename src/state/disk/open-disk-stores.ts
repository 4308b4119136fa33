import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, type Clock, type Logger, type Random } from '../../env/index.js';
import type { BytesStore, StoreProvider } from '../store.js';
import { queryOf } from '../task-id.js';
import { DiskStore } from './disk-store.js';
import { openLevel } from './level-database.js';
import { openRocks } from './rocks-database.js';
import { TaskDatabase, type TaskDatabaseOptions } from './task-database.js';

export interface DiskStoresOptions {
  readonly folder: string;
  /** Default: level. A folder is read by the engine that wrote it. */
  readonly engine?: 'level' | 'rocksdb';
  readonly clock: Clock;
  readonly random: Random;
  readonly logger?: Logger;
  /** Of each task's database; two may be in memory. */
  readonly writeBufferBytes?: number;
  readonly blockCacheBytes?: number;
  /** The tables of databases up to this size are checked when opened, about 1 ms per MiB; of larger ones by `scrub`. */
  readonly verifyBytes?: number;
  /** Changes with every boot of the machine (Linux: /proc/sys/kernel/random/boot_id). */
  readonly bootId?: string;
}

export interface DiskStores extends StoreProvider {
  /** Reads everything that is open, in pages; rejects with StateError{damaged} at the first wrong checksum. */
  scrub(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;

/** Stores in one folder: a folder per query, a database per task. */
export function openDiskStores(options: DiskStoresOptions): Promise<DiskStores> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const engine = options.engine ?? 'level';
  const folder = engine === 'level' ? options.folder : join(options.folder, engine);
  return Promise.resolve(new DatabaseStores(folder, {
    open: engine === 'level' ? openLevel : openRocks,
    verifyTables: engine === 'level',
    clock: options.clock,
    random: options.random,
    logger: options.logger ?? silentLogger,
    writeBufferBytes: options.writeBufferBytes ?? 4 * MEBIBYTE,
    blockCacheBytes: options.blockCacheBytes ?? 8 * MEBIBYTE,
    verifyBytes: options.verifyBytes ?? 256 * MEBIBYTE,
    bootId: options.bootId ?? '',
  }));
}

interface OpenTask {
  readonly database: Promise<TaskDatabase>;
  readonly stores: Set<string>;
}

class DatabaseStores implements DiskStores {
  private readonly tasks = new Map<string, OpenTask>();
  /** Tasks whose databases are closing; opening one again waits for that. */
  private readonly closing = new Map<string, Promise<void>>();

  constructor(
    private readonly folder: string,
    private readonly options: TaskDatabaseOptions,
  ) {}

  async open(taskId: string, storeName: string): Promise<BytesStore> {
    let task = this.tasks.get(taskId);
    if (task === undefined) {
      task = { database: this.openDatabase(taskId), stores: new Set() };
      this.tasks.set(taskId, task);
    }
    const opened = task;
    opened.stores.add(storeName);
    try {
      const database = await opened.database;
      const { storeNumber } = await database.enter(storeName);
      return new DiskStore(storeName, storeNumber, database, () => this.leave(taskId, opened, storeName));
    } catch (error) {
      await this.leave(taskId, opened, storeName);
      throw error;
    }
  }

  async destroy(queryId: string): Promise<void> {
    for (const [taskId, task] of Array.from(this.tasks)) if (queryOf(taskId) === queryId) await this.closeTask(taskId, task);
    rmSync(join(this.folder, folderName(queryId)), { recursive: true, force: true });
  }

  async scrub(): Promise<void> {
    for (const task of Array.from(this.tasks.values())) await (await task.database).scrub();
  }

  async close(): Promise<void> {
    for (const [taskId, task] of Array.from(this.tasks)) await this.closeTask(taskId, task);
  }

  private async leave(taskId: string, task: OpenTask, storeName: string): Promise<void> {
    task.stores.delete(storeName);
    if (task.stores.size === 0) await this.closeTask(taskId, task);
  }

  private async openDatabase(taskId: string): Promise<TaskDatabase> {
    await this.closing.get(taskId);
    return await TaskDatabase.open(this.folderOf(taskId), this.options);
  }

  private async closeTask(taskId: string, task: OpenTask): Promise<void> {
    if (this.tasks.get(taskId) !== task) return;
    this.tasks.delete(taskId);
    const closed = (async (): Promise<void> => {
      const database = await task.database.catch(() => null); // Whoever opened it was told why it failed.
      await database?.close();
    })();
    this.closing.set(taskId, closed);
    await closed;
    if (this.closing.get(taskId) === closed) this.closing.delete(taskId);
  }

  private folderOf(taskId: string): string {
    return join(this.folder, folderName(queryOf(taskId)), folderName(taskId));
  }
}

/** Names of queries never become paths: readable characters for people, a hash for identity. */
function folderName(id: string): string {
  const readable = id.toLowerCase().replace(/[^a-z0-9_-]/g, '_').slice(0, 40);
  return `${readable}-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}
