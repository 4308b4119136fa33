import { batchHeader } from '../record-batch.js';
import { FRAME_BYTES, youngestTime } from './frame.js';
import type { LogCore } from './log-core.js';
import type { PartitionLog } from './partition-log.js';

/** Batches removed per durable write, so that a slice stays short. */
const BATCHES_PER_SLICE = 32;

/** Moves a partition's start past what time and size limits no longer keep. Only whole batches go, and never the last one. */
export async function applyRetention(core: LogCore, log: PartitionLog, limits: { readonly retentionMs: number; readonly retentionBytes: number }): Promise<void> {
  let next = log.head.first;
  let start = log.head.start;
  let bytes = log.head.bytes;
  const now = core.clock.now();
  for (let looked = 1; next < log.head.base && !log.deleted; looked++) {
    const framed = core.loader.checked(log, next);
    const isExpired = limits.retentionMs >= 0 && youngestTime(framed) < now - limits.retentionMs;
    const isOver = limits.retentionBytes >= 0 && bytes > limits.retentionBytes;
    if (!isExpired && !isOver) break;
    bytes -= framed.length;
    next = batchHeader.nextOffset(framed, FRAME_BYTES);
    start = Math.max(start, next);
    if (looked % BATCHES_PER_SLICE === 0) await core.clock.yieldTurn();
  }
  if (start > log.head.start) {
    await core.queue.submit((stage) => {
      const head = stage.head(log);
      if (!log.deleted && start > head.start) stage.setHead(log, { ...head, start });
    });
  }
  await dropStoredBatches(core, log);
}

/** Removes the batches that lie wholly below the partition's start, a bounded number per write. The last batch stays: it proves at open that nothing was lost. */
export async function dropStoredBatches(core: LogCore, log: PartitionLog): Promise<void> {
  while (!log.deleted && log.head.first < log.head.start) {
    const dropped = await core.queue.submit((stage) => {
      const head = stage.head(log);
      if (!stage.claim(log)) return null;
      let { first, bytes } = head;
      let count = 0;
      while (count < BATCHES_PER_SLICE && !log.deleted && first < head.base) {
        const framed = core.storage.read(log, first);
        if (framed === null) break;
        const next = batchHeader.nextOffset(framed, FRAME_BYTES);
        if (next > head.start) break;
        stage.operations.push({ kind: 'dropBatch', log, base: first });
        bytes -= framed.length;
        first = next;
        count += 1;
      }
      if (count > 0) stage.setHead(log, { ...head, first, bytes });
      return count;
    });
    if (dropped === 0) return;
    await core.clock.yieldTurn();
  }
}

/** Removes what is left of deleted topics; goes on after a restart. */
export async function purgeDoomed(core: LogCore): Promise<void> {
  for (const [topicNumber, partitions] of Array.from(core.state.doomed)) {
    while (!(await core.storage.purge(topicNumber))) await core.clock.yieldTurn();
    await core.queue.submit((stage) => {
      stage.drop({ kind: 'doomed', topicNumber, partitions });
      stage.whenDurable(() => core.state.doomed.delete(topicNumber));
    });
  }
}
