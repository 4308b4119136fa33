import type { ExportBound, ExportRequest } from '../../api/index.js';
import type { Broker, LogReader, Slab, TopicPartition } from '../../broker/index.js';
import type { Catalog } from '../../catalog/index.js';
import { BrokerError, MillraceError, RecordError, RequestError } from '../../errors/index.js';
import { formatOf, type ColumnReader, type SideLayout } from '../../serde/index.js';
import { BIGINT, BOOLEAN, INTEGER, type Column, type SqlValue } from '../../types/index.js';
import type { AccessGuard } from '../access.js';
import type { ResultColumn } from '../engine.js';
import { subjectOf, type Schemas } from '../schemas.js';
import { bulkTarget, type BulkTarget } from './bulk-target.js';
import { ROWTIME, ROWTOMBSTONE } from './read-row.js';

/** Rows of a topic as they lie there: every record of every partition, tombstones included. */
export interface ExportResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: AsyncIterable<readonly (readonly SqlValue[])[]>;
  /** Records left out because they could not be read. */
  skipped(): number;
  close(): Promise<void>;
}

export interface ExportDependencies {
  readonly guard: AccessGuard | null;
  readonly catalog: Catalog;
  readonly broker: Broker;
  readonly schemas: Schemas;
}

const POLL = { maxBytes: 1 << 20, maxWaitMs: 1000 } as const;
const BOUNDS: readonly Column[] = [{ name: 'WINDOWSTART', type: BIGINT }, { name: 'WINDOWEND', type: BIGINT }];
const META: readonly Column[] = [
  { name: ROWTIME, type: BIGINT }, { name: 'ROWPARTITION', type: INTEGER }, { name: 'ROWOFFSET', type: BIGINT }, { name: ROWTOMBSTONE, type: BOOLEAN },
];

function columnsOf(target: BulkTarget): readonly ResultColumn[] {
  const marked = (columns: readonly Column[], isKey: boolean): readonly ResultColumn[] => columns.map((column) => ({ ...column, isKey }));
  return [...marked(target.key.columns, true), ...marked(target.window === null ? [] : BOUNDS, true), ...marked(target.value.columns, false), ...marked(META, false)];
}

type SideReader = (bytes: Buffer, position: number, length: number) => readonly SqlValue[];

/** Reads one side; the reader is made at the first record, where a schema that is not loaded yet can be waited for. */
function sideReader(target: BulkTarget, isKey: boolean, schemas: Schemas): SideReader {
  const side = isKey ? target.key : target.value;
  const window = isKey ? target.window : null;
  const width = side.columns.length + (window === null ? 0 : BOUNDS.length);
  const nothing: readonly SqlValue[] = Array.from({ length: width }, () => null);
  let reader: ColumnReader | null = null;
  return (bytes, position, length) => {
    if (length < 0 || side.columns.length === 0) return nothing;
    const layout: SideLayout = { format: side.format, isKey, columns: side.columns, window, subject: subjectOf(target.topic, isKey), schemas };
    reader ??= formatOf(side.format.name).compileReader(layout, side.columns.map(() => true));
    reader.scan(bytes, position, length);
    const { columns } = reader;
    return Array.from({ length: width }, (_, index) => columns[index]?.() ?? null);
  };
}

class Exporter {
  private readonly key: SideReader;
  private readonly value: SideReader;
  private written = 0;
  skipped = 0;
  isClosed = false;

  constructor(
    private readonly target: BulkTarget,
    private readonly request: ExportRequest,
    private readonly schemas: Schemas,
  ) {
    this.key = sideReader(target, true, schemas);
    this.value = sideReader(target, false, schemas);
  }

  get isDone(): boolean {
    return this.isClosed || (this.request.limit !== null && this.written >= this.request.limit);
  }

  /** Rows of a slab below the end, in order, as many as are still wanted. */
  async rows(slab: Slab, end: number): Promise<readonly (readonly SqlValue[])[]> {
    const rows: (readonly SqlValue[])[] = [];
    for (let index = 0, buffer = 0; index < slab.count && !this.isDone; index += 1) {
      while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
      if ((slab.offsets[index] ?? 0) >= end || this.isOutside(slab.timestamps[index] ?? 0)) continue;
      const row = await this.row(slab, index, slab.buffers[buffer] ?? Buffer.alloc(0));
      if (row === null) continue;
      rows.push(row);
      this.written += 1;
    }
    return rows;
  }

  private isOutside(timestamp: number): boolean {
    const { from, to } = this.request;
    return (typeof from === 'number' && timestamp < from) || (typeof to === 'number' && timestamp >= to);
  }

  private async row(slab: Slab, index: number, bytes: Buffer): Promise<readonly SqlValue[] | null> {
    const valueLength = slab.valueLengths[index] ?? -1;
    try {
      return await this.schemas.whenLoaded(() => [
        ...this.key(bytes, slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1),
        ...this.value(bytes, slab.valuePositions[index] ?? 0, valueLength),
        slab.timestamps[index] ?? 0, slab.partition, slab.offsets[index] ?? 0, valueLength < 0,
      ]);
    } catch (error) {
      if (!(error instanceof MillraceError) || error instanceof BrokerError) throw error;
      const where = `topic ${this.target.topic} partition ${slab.partition} offset ${slab.offsets[index]}`;
      if (this.request.onError === 'stop') throw new RecordError(`The record of ${where} cannot be read: ${error.message}`, { cause: error, hint: 'Leave such records out with --on-error skip.' });
      this.skipped += 1;
      return null;
    }
  }
}

interface Range extends TopicPartition {
  readonly start: number;
  /** Infinity: no end. */
  readonly end: number;
}

async function rangesOf(target: BulkTarget, request: ExportRequest, broker: Broker): Promise<readonly Range[]> {
  const topic = await broker.admin.describeTopic(target.topic);
  if (topic === null) throw new RequestError('NOT_FOUND', `The topic ${target.topic} does not exist`);
  const partitions = Array.from({ length: topic.partitions }, (_, partition) => ({ topic: topic.name, partition }));
  const offsets = (at: ExportBound): Promise<readonly number[]> =>
    broker.admin.listOffsets(partitions, typeof at === 'number' ? { timestamp: at } : at, 'read_committed');
  const { from } = request;
  const starts = typeof from === 'object' ? partitions.map((_, index) => from.offsets[index] ?? 0) : await offsets(from);
  // Timestamps need not rise with offsets, so a time is no end by itself: what is later is left out record by record.
  const ends = request.follow ? [] : await offsets('latest');
  return partitions.map((each, index) => ({ ...each, start: starts[index] ?? 0, end: ends[index] ?? Number.POSITIVE_INFINITY }));
}

async function* exported(ranges: readonly Range[], exporter: Exporter, reader: LogReader): AsyncGenerator<readonly (readonly SqlValue[])[]> {
  const open = new Map(ranges.filter(({ start, end }) => start < end).map((range) => [range.partition, range]));
  reader.assign([...open.values()].map(({ topic, partition, start }) => ({ topic, partition, offset: start })));
  try {
    while (open.size > 0 && !exporter.isDone) {
      for (const slab of await reader.poll(POLL)) {
        const range = open.get(slab.partition);
        if (range === undefined) continue;
        const rows = await exporter.rows(slab, range.end);
        if (rows.length > 0) yield rows;
        if (slab.nextOffset < range.end) continue;
        open.delete(slab.partition);
        reader.unassign([range]);
      }
    }
  } finally {
    await reader.close();
  }
}

/** Starts reading a stream, table or topic record by record. Throws for a target that is not there. */
export async function exportRows(request: ExportRequest, { catalog, broker, schemas, guard }: ExportDependencies): Promise<ExportResult> {
  const target = await bulkTarget(request.target, { operation: 'read', guard }, { catalog, broker });
  const ranges = await rangesOf(target, request, broker);
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'export' });
  const exporter = new Exporter(target, request, schemas);
  return {
    columns: columnsOf(target),
    rows: exported(ranges, exporter, reader),
    skipped: () => exporter.skipped,
    close: () => {
      exporter.isClosed = true;
      reader.wakeup();
      return Promise.resolve();
    },
  };
}
