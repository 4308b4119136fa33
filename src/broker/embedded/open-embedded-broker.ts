import { silentLogger, type Clock, type Logger, type Random } from '../../env/index.js';
import { LogBroker, type LocalBroker } from '../log/log-broker.js';
import type { BackupPiece } from './backup-pieces.js';
import { prepareFolder, removeOwner, writeOwner } from './data-folder.js';
import { LevelStorage } from './level-storage.js';

export interface EmbeddedBrokerOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger?: Logger;
  /** Written into the lock file, for the message that another process gets. */
  readonly processId: number;
  /** Default true. Off only where losing the last seconds at a power cut is fine. */
  readonly fsync?: boolean;
  readonly writeBufferBytes?: number;
  readonly blockCacheBytes?: number;
  /** Batches of this size and more are written to append-only files, smaller ones into the database. */
  readonly bulkBytes?: number;
  /** Decoded slabs kept for readers that follow each other. */
  readonly cacheBytes?: number;
  /** Stored bytes above which appends are refused with DISK_FULL; reading goes on. */
  readonly diskLimitBytes?: number | null;
  /** Between two rounds of upkeep; null: only when `maintain` is called. */
  readonly maintenanceIntervalMs?: number | null;
  /** Open in spite of damage, after it has been reported once. */
  readonly acceptDamage?: boolean;
}

/** A broker in this process whose topics live in one folder. */
export interface EmbeddedBroker extends LocalBroker {
  /** Where this process can be reached: told to a second process that wants the same folder. */
  announce(url: string): void;
  /** All topics, offsets and schemas as they are between two writes; reading and writing go on meanwhile. */
  backup(): Promise<AsyncGenerator<BackupPiece>>;
}

/** Bulk goes by; what is left is small, and read back at every open. */
const WRITE_BUFFER_BYTES = 8 * 1024 * 1024;
const BULK_BYTES = 16 * 1024;
const BLOCK_CACHE_BYTES = 4 * 1024 * 1024;
const MAINTENANCE_INTERVAL_MS = 30_000;

export async function openEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { folder, clock, processId } = options;
  const logger = options.logger ?? silentLogger;
  prepareFolder(folder);
  const storage = await LevelStorage.open({
    folder,
    logger,
    fsync: options.fsync ?? true,
    writeBufferBytes: options.writeBufferBytes ?? WRITE_BUFFER_BYTES,
    blockCacheBytes: options.blockCacheBytes ?? BLOCK_CACHE_BYTES,
    bulkBytes: options.bulkBytes ?? BULK_BYTES,
    acceptDamage: options.acceptDamage ?? false,
  });
  writeOwner(folder, { pid: processId, url: null });
  const broker = await LogBroker.open(storage, { ...options, logger });
  const stopUpkeep = startUpkeep(broker, clock, logger, options.maintenanceIntervalMs === undefined ? MAINTENANCE_INTERVAL_MS : options.maintenanceIntervalMs);
  return Object.assign(broker, {
    backup: (): Promise<AsyncGenerator<BackupPiece>> => storage.backup(),
    announce: (url: string): void => writeOwner(folder, { pid: processId, url }),
    close: async (): Promise<void> => {
      stopUpkeep();
      await LogBroker.prototype.close.call(broker);
      removeOwner(folder);
    },
  });
}

/** Returns how to stop it. */
function startUpkeep(broker: LocalBroker, clock: Clock, logger: Logger, intervalMs: number | null): () => void {
  const stop = new AbortController();
  if (intervalMs === null) return () => undefined;
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await clock.sleep(intervalMs, stop.signal);
        await broker.maintain();
      } catch (error) {
        if (!stop.signal.aborted) logger.error('Upkeep of the log failed', { error: String(error) });
      }
    }
  };
  void run();
  return () => stop.abort();
}
