import type { ImportOutcome, ImportRequest, RejectedRow } from '../../api/index.js';
import type { Broker, ProducerRecord } from '../../broker/index.js';
import type { Catalog } from '../../catalog/index.js';
import { BindError, MillraceError, RequestError } from '../../errors/index.js';
import { checkWritableTopic, type RecordSide } from '../../planner/index.js';
import type { SqlValue } from '../../types/index.js';
import type { AccessGuard } from '../access.js';
import type { Settings } from '../config/settings.js';
import type { InsertValuesExecutor, PlannedRecord } from '../insert-values.js';
import { bulkTarget, type BulkSide, type BulkTarget } from './bulk-target.js';
import { RowReader, type BulkRow } from './read-row.js';

export interface ImportDependencies {
  readonly guard: AccessGuard | null;
  readonly catalog: Catalog;
  readonly broker: Broker;
  readonly inserts: InsertValuesExecutor;
  readonly settings: Settings;
}

const TOKEN = /^[\w.-]{1,100}$/;
const TRANSACTION_MS = 60_000;

function checkToken(token: string): void {
  if (!TOKEN.test(token)) throw new RequestError('BAD_REQUEST', 'The name of an import has 1 to 100 letters, digits, dots, underscores and hyphens');
}

async function importTarget(name: string, { catalog, broker, settings, guard }: ImportDependencies): Promise<BulkTarget> {
  if (!settings.flag('ksql.insert.into.values.enabled')) throw new RequestError('BAD_REQUEST', 'The server has disabled INSERT INTO ... VALUES functionality.');
  const target = await bulkTarget(name, { operation: 'write', guard }, { catalog, broker });
  if (target.readOnly) throw new BindError(`Cannot insert values into read-only ${target.kind.toLowerCase()}: ${target.name}`, { hint: 'Write to the stream or table that its topic comes from.' });
  if (target.window !== null) throw new BindError('Cannot insert values into windowed stream or table!', { hint: 'Insert into the source that the windows are made of.' });
  checkWritableTopic(target.topic, { properties: settings.effective(), serviceId: settings.text('ksql.service.id') ?? '' });
  return target;
}

const side = ({ columns, format }: BulkSide, values: readonly SqlValue[]): RecordSide => ({ columns, format, window: null, values });

function planned(target: BulkTarget, row: BulkRow): PlannedRecord {
  return { key: side(target.key, row.key), value: row.value === null ? null : side(target.value, row.value), timestamp: row.timestamp };
}

interface Taken {
  readonly records: readonly ProducerRecord[];
  readonly rejected: readonly RejectedRow[];
  /** Lines that are dealt with. */
  readonly lines: number;
}

/** Reads rows and turns them into bytes. A row that can be read but not written is rejected like one that cannot be read. */
async function take(request: ImportRequest, target: BulkTarget, from: number, inserts: InsertValuesExecutor): Promise<Taken> {
  const reader = new RowReader(target, request.values);
  const encode = await inserts.openEncoder({ topic: target.topic, key: side(target.key, []), value: side(target.value, []) });
  const records: ProducerRecord[] = [];
  const rejected: RejectedRow[] = [];
  for (let index = from; index < request.lines.length; index += 1) {
    try {
      records.push(await encode(planned(target, reader.read(request.lines[index] ?? ''))));
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      rejected.push({ index, message: error.message, hint: error.hint ?? null });
      if (request.onError === 'stop') return { records, rejected, lines: index };
    }
  }
  return { records, rejected, lines: request.lines.length };
}

const GROUP_PREFIX = 'millrace-import-';

function groupOf(token: string): string {
  return `${GROUP_PREFIX}${token}`;
}

/** What such a group commits are counts of rows, not positions of a topic. */
export function isImportGroup(groupId: string): boolean {
  return groupId.startsWith(GROUP_PREFIX);
}

/** How many rows of the import with this name are durable. */
export async function importPosition(name: string, token: string, dependencies: ImportDependencies): Promise<number> {
  checkToken(token);
  const target = await importTarget(name, dependencies);
  const [committed] = await dependencies.broker.fetchCommitted(groupOf(token), [{ topic: target.topic, partition: 0 }]);
  return committed?.offset ?? 0;
}

/** Appends records and progress as one commit. Opening the producer fences whoever imports under the same name. */
async function appendOnce(request: ImportRequest, target: BulkTarget, token: string, { broker, inserts }: ImportDependencies): Promise<ImportOutcome> {
  const producer = await broker.openTransactionalProducer({ transactionalId: groupOf(token), timeoutMs: TRANSACTION_MS });
  try {
    const at = { topic: target.topic, partition: 0 };
    const committed = (await broker.fetchCommitted(groupOf(token), [at]))[0]?.offset ?? 0;
    if (committed < request.position) {
      throw new RequestError('CONFLICT', `The import ${token} has ${committed} rows, so it cannot go on at ${request.position}`, { hint: 'Ask for its position and send the rows from there.' });
    }
    const taken = await take(request, target, Math.min(committed - request.position, request.lines.length), inserts);
    const position = Math.max(committed, request.position + taken.lines);
    producer.begin();
    for (const { topic, partition, key, value, timestamp } of taken.records) {
      producer.batch(topic, partition).append(timestamp, key, 0, key?.length ?? -1, value, 0, value?.length ?? -1, null);
    }
    await producer.sendOffsets([{ ...at, offset: position, metadata: '' }], { groupId: groupOf(token), generation: -1, memberId: '', instanceId: null });
    await producer.commit();
    return { appended: taken.records.length, rejected: taken.rejected, position };
  } finally {
    await producer.close();
  }
}

/** Writes rows on the road of INSERT … VALUES; durable when it resolves. Throws for a target that takes none. */
export async function importRows(request: ImportRequest, dependencies: ImportDependencies): Promise<ImportOutcome> {
  const target = await importTarget(request.target, dependencies);
  if (request.token !== null) {
    checkToken(request.token);
    return appendOnce(request, target, request.token, dependencies);
  }
  const { records, rejected, lines } = await take(request, target, 0, dependencies.inserts);
  if (records.length > 0) await dependencies.inserts.send(records);
  return { appended: records.length, rejected, position: request.position + lines };
}
