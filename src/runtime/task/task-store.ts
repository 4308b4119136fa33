import type { Slab } from '../../broker/index.js';
import type { BytesStore, MaterializedTable, SortKey, WriteOperation } from '../../state/index.js';
import { present } from '../../errors/index.js';
import type { TableSpec } from '../operators/table-specs.js';
import type { ChangelogCodec } from './changelog.js';
import type { TransactionOutput } from './transaction-output.js';

const SWEEP_ROWS = 256;

/** Where a store's changes are logged. */
export interface ChangelogTarget {
  readonly codec: ChangelogCodec;
  readonly topic: string;
  readonly partition: number;
  readonly output: TransactionOutput;
}

/**
 * One table of a task with the store below it and the changelog beside it. A commit goes: flush (by the task), `collect`, the
 * transaction, then `apply` of what was collected. Nothing reaches the store before that.
 */
export class TaskStore {
  private operations: WriteOperation[] = [];

  constructor(
    readonly stageId: number,
    readonly spec: TableSpec,
    readonly store: BytesStore,
    readonly table: MaterializedTable,
    /** null: a push query, whose state is its own. */
    readonly changelog: ChangelogTarget | null,
    readonly sortKey: SortKey | null,
  ) {}

  get name(): string {
    return this.spec.store.name;
  }

  /**
   * Empties the store; it will be restored from the beginning of its changelog. The offset goes first: a wipe that is cut short
   * must not leave a store that seems to have reached it.
   */
  async wipe(): Promise<void> {
    await this.store.write([], -1);
    await this.store.deleteRange({});
    this.table.discardDirty();
  }

  /** Takes the dirty rows: one changelog record each, and the store operations that `apply` will write. */
  collect(): void {
    this.operations = [];
    this.table.collectDirty((key, row, timestamp) => this.log(key, row, timestamp), this.operations);
  }

  /** The commit was acknowledged: `changelogOffset` is where the changelog ends now; null: nothing was logged. */
  async apply(changelogOffset: number | null): Promise<void> {
    if (this.operations.length > 0 || changelogOffset !== null) {
      const reached = changelogOffset ?? this.store.identity().changelogOffset;
      await this.store.write(this.operations, reached);
      this.operations = [];
    }
    this.table.markCommitted();
    await this.table.sweep(SWEEP_ROWS);
  }

  /** Takes changelog records in, up to the slab's end. */
  async restore(slab: Slab): Promise<void> {
    const { changelog, table } = this;
    if (changelog === null) return;
    let bufferIndex = 0;
    for (let i = 0; i < slab.count; i++) {
      while (i >= (slab.bufferEnds[bufferIndex] ?? Infinity)) bufferIndex++;
      const buffer = present(slab.buffers[bufferIndex], 'a buffer for every record');
      const key = changelog.codec.decodeKey(buffer, slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? 0);
      const length = slab.valueLengths[i] ?? -1;
      const row = length < 0 ? null : changelog.codec.decodeValue(buffer, slab.valuePositions[i] ?? 0, length);
      table.restore(key, row, slab.timestamps[i] ?? 0);
    }
    this.operations = [];
    table.collectDirty(() => undefined, this.operations);
    await this.store.write(this.operations, slab.nextOffset);
    this.operations = [];
    table.markCommitted();
  }

  private log(key: Parameters<ChangelogCodec['encode']>[0], row: Parameters<ChangelogCodec['encode']>[1], timestamp: number): void {
    if (this.changelog === null) return;
    const { codec, topic, partition, output } = this.changelog;
    codec.encode(key, row);
    const { buffer } = codec.scratch;
    output.batch(topic, partition).append(
      timestamp,
      buffer, 0, codec.keyLength,
      codec.valueLength < 0 ? null : buffer, codec.keyLength, codec.valueLength,
      null,
    );
    output.wrote(codec.scratch.position);
  }
}
