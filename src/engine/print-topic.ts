import type { Broker, LogReader, Slab } from '../broker/index.js';
import { EMPTY_CATALOG } from '../catalog/index.js';
import { RequestError } from '../errors/index.js';
import type { Print } from '../parser/index.js';
import type { PrintOptions, Session, TextResult } from './engine.js';
import { requireAccess } from './access.js';
import { FormatGuess } from './guess-format.js';
import { registryCandidates } from './registry-candidates.js';
import { readRequest, type RequestRules } from './request.js';
import type { Schemas } from './schemas.js';

export interface PrintDependencies {
  readonly broker: Broker;
  readonly rules: RequestRules;
  readonly schemas: Schemas;
}

interface PrintedRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly partition: number;
}

const pad = (value: number, length: number): string => String(value).padStart(length, '0');

function rowtime(timestamp: number): string {
  if (timestamp < 0) return 'N/A';
  const date = new Date(timestamp);
  return (
    `${pad(date.getUTCFullYear(), 4)}/${pad(date.getUTCMonth() + 1, 2)}/${pad(date.getUTCDate(), 2)} ` +
    `${pad(date.getUTCHours(), 2)}:${pad(date.getUTCMinutes(), 2)}:${pad(date.getUTCSeconds(), 2)}.${pad(date.getUTCMilliseconds(), 3)} Z`
  );
}

function* records(slab: Slab): Generator<PrintedRecord> {
  for (let index = 0, buffer = 0; index < slab.count; index += 1) {
    while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
    const bytes = slab.buffers[buffer] ?? Buffer.alloc(0);
    const part = (position: number, length: number): Buffer | null => (length < 0 ? null : bytes.subarray(position, position + length));
    yield {
      key: part(slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1),
      value: part(slab.valuePositions[index] ?? 0, slab.valueLengths[index] ?? -1),
      timestamp: slab.timestamps[index] ?? -1,
      partition: slab.partition,
    };
  }
}

async function openAt(statement: Print, broker: Broker): Promise<LogReader> {
  const topic = await broker.admin.describeTopic(statement.topic);
  if (topic === null) {
    const names = (await broker.admin.listTopics()).map((each) => each.name);
    const other = names.find((name) => name.toLowerCase() === statement.topic.toLowerCase());
    throw new RequestError('BAD_REQUEST', `Could not find topic '${statement.topic}', or the KSQL user does not have permissions to list the topic. Topic names are case-sensitive.`, {
      hint: other === undefined ? 'SHOW TOPICS; lists the topics there are.' : `Did you mean ${other}?`,
    });
  }
  const partitions = Array.from({ length: topic.partitions }, (_, partition) => ({ topic: topic.name, partition }));
  const offsets = await broker.admin.listOffsets(partitions, statement.fromBeginning ? 'earliest' : 'latest', 'read_committed');
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'print' });
  reader.assign(partitions.map((each, index) => ({ ...each, offset: offsets[index] ?? 0 })));
  return reader;
}

const POLL_MS = 1000;

interface Printing {
  readonly reader: LogReader;
  readonly schemas: Schemas;
  readonly showsFormats: boolean;
  readonly isClosed: () => boolean;
}

/** Lines of PRINT: the guessed formats whenever they change, and one line a record. What came together is rendered alike. */
async function* lines(statement: Print, { reader, schemas, showsFormats, isClosed }: Printing): AsyncGenerator<string> {
  const sides = { key: new FormatGuess(true, registryCandidates(schemas)), value: new FormatGuess(false, registryCandidates(schemas)) };
  const shown = { key: '', value: '' };
  const interval = statement.interval ?? 1;
  let met = 0;
  let printed = 0;
  try {
    while (!isClosed()) {
      const slabs = await reader.poll({ maxBytes: 1 << 20, maxWaitMs: POLL_MS });
      const batch = slabs.flatMap((slab) => [...records(slab)]);
      if (batch.length === 0) yield '';
      for (const { key, value } of batch) {
        await schemas.whenLoaded(() => sides.key.observe(key));
        await schemas.whenLoaded(() => sides.value.observe(value));
      }
      for (const side of showsFormats && batch.length > 0 ? (['key', 'value'] as const) : []) {
        const formats = sides[side].describe();
        if (formats === shown[side]) continue;
        shown[side] = formats;
        yield `${side === 'key' ? 'Key' : 'Value'} format: ${formats}`;
      }
      for (const { key, value, timestamp, partition } of batch) {
        if (met++ % interval !== 0) continue;
        yield `rowtime: ${rowtime(timestamp)}, key: ${sides.key.render(key)}, value: ${sides.value.render(value)}, partition: ${partition}`;
        printed += 1;
        if (statement.limit !== null && printed >= statement.limit) return;
      }
    }
  } finally {
    await reader.close();
  }
}

/** PRINT of a topic, from its beginning or from now on. */
export async function printTopic(sql: string, session: Session, { formats }: PrintOptions, { broker, rules, schemas }: PrintDependencies): Promise<TextResult> {
  const [from, ...rest] = readRequest(sql, session, rules);
  if (from === undefined || rest.length > 0 || from.statement.kind !== 'print') throw new RequestError('BAD_REQUEST', 'Expected exactly one PRINT statement');
  requireAccess(from, EMPTY_CATALOG);
  const reader = await openAt(from.statement, broker);
  let closed = false;
  return {
    lines: lines(from.statement, { reader, schemas, showsFormats: formats ?? true, isClosed: () => closed }),
    close: () => {
      closed = true;
      reader.wakeup();
      return Promise.resolve();
    },
  };
}
