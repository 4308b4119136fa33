import type { Clock, Logger, Random } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import type { LogStorage } from './log-storage.js';
import type { LogState } from './log-state.js';
import type { PartitionLog } from './partition-log.js';
import type { SlabLoader } from './slab-loader.js';
import type { WriteQueue } from './write-queue.js';

/** What the parts of a log broker share. */
export interface LogCore {
  readonly storage: LogStorage;
  readonly state: LogState;
  readonly queue: WriteQueue;
  readonly loader: SlabLoader;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Stored bytes above which appends are refused; null: no limit. */
  readonly diskLimitBytes: number | null;
}

/** Kafka's default is 1 MiB; in process nothing but memory speaks against larger records. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

export function maxRecordBytes(core: LogCore, topic: string): number {
  const configured = core.state.topics.get(topic)?.configs['max.message.bytes'];
  return configured === undefined ? MAX_RECORD_BYTES : Number(configured);
}

/** Throws when the partition may not be appended to. */
export function appendableLog(core: LogCore, topic: string, partition: number): PartitionLog {
  const log = core.state.log(topic, partition);
  if (log.deleted) throw new BrokerError(`Topic ${topic} was deleted`, { retriable: false, code: 'UNKNOWN_TOPIC', outcome: 'abortable' });
  if (log.damage !== null) throw new BrokerError(`${log.damage}; it takes no more records`, { retriable: false, code: 'DAMAGED', outcome: 'abortable' });
  return log;
}

/** What commands may take beyond the limit, so that a full log can still be told to delete topics. */
export const COMMAND_RESERVE_BYTES = 1024 * 1024;

export function checkDiskLimit(core: LogCore, bytes: number, reserve = 0): void {
  if (core.diskLimitBytes === null || core.state.bytes + bytes <= core.diskLimitBytes + reserve) return;
  throw new BrokerError(`The log has reached its limit of ${core.diskLimitBytes} bytes`, {
    retriable: true,
    code: 'DISK_FULL',
    outcome: 'abortable',
    hint: 'Raise the limit, delete topics, or give them a shorter retention.ms.',
  });
}
