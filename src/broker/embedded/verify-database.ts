import { BrokerError } from '../../errors/index.js';
import { batchHeader } from '../record-batch.js';
import { FRAME_BYTES, isIntact, linkOf } from '../log/frame.js';
import type { LogFact } from '../log/log-storage.js';
import { decodeFact } from './fact-codec.js';
import type { Expectations } from './journal.js';
import type { Database, LevelStorageOptions } from './level-storage.js';
import { decodeBatchKey, FACTS_FROM, FACTS_TO, isPointerKey, POINTERS_FROM, POINTERS_TO } from './level-keys.js';
import type { StoredBatches } from './stored-batches.js';

const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
const PAGE = 1000;
/** Problems listed in the error; more say no more. */
const LISTED = 8;

type PartitionFact = LogFact & { kind: 'partition' };

export interface VerifiedDatabase {
  readonly facts: readonly LogFact[];
  /** Fact key → sequence. */
  readonly sequences: ReadonlyMap<string, number>;
  /** Batches that the journal goes on expecting. */
  readonly batches: ReadonlyMap<string, number>;
  readonly isWhole: boolean;
}

/**
 * Reads all facts and compares them with what the journal saw acknowledged: every fact at least as new, every recent batch
 * there and whole, every partition's last batch the one its end offset names. Counts what lies in the segment files, and
 * that no file is missing or too short. Rejects with the damaged topics.
 */
export async function verifyDatabase(stored: StoredBatches, expected: Expectations | null, options: LevelStorageOptions): Promise<VerifiedDatabase> {
  const problems: string[] = [];
  const { facts, sequences } = await readFacts(stored.database, problems);
  const topics = new Map<number, string>();
  const partitions = new Map<string, PartitionFact>();
  for (const fact of facts) {
    if (fact.kind === 'topic') topics.set(fact.number, fact.name);
    else if (fact.kind === 'partition') partitions.set(`${fact.topicNumber}/${fact.partition}`, fact);
  }
  if (expected !== null) checkFacts(expected, sequences, topics, problems);
  const known = { topics, partitions, problems };
  const batches = expected === null ? new Map<string, number>() : checkBatches(stored, expected, known);
  for (const fact of partitions.values()) checkLastBatch(stored, fact, topics, problems);
  await countPointers(stored, known);
  if (problems.length > 0) report(problems, options);
  return { facts, sequences, batches, isWhole: problems.length === 0 };
}

async function readFacts(database: Database, problems: string[]): Promise<{ facts: LogFact[]; sequences: Map<string, number> }> {
  const facts: LogFact[] = [];
  const sequences = new Map<string, number>();
  const iterator = database.iterator({ gte: FACTS_FROM, lt: FACTS_TO, ...BUFFERS });
  try {
    for (let page = await iterator.nextv(PAGE); page.length > 0; page = await iterator.nextv(PAGE)) {
      for (const [key, value] of page) {
        if (key === undefined || value === undefined) continue;
        const found = decodeFact(key, value);
        if (found === null) {
          problems.push(`the entry ${JSON.stringify(key.toString())} has a wrong checksum`);
          continue;
        }
        facts.push(found.fact);
        sequences.set(key.toString('latin1'), found.sequence);
      }
    }
  } catch (error) {
    problems.push(`its entries cannot be read (${String(error)})`);
  } finally {
    await iterator.close();
  }
  return { facts, sequences };
}

function checkFacts(expected: Expectations, sequences: ReadonlyMap<string, number>, topics: ReadonlyMap<number, string>, problems: string[]): void {
  for (const [key, sequence] of expected.facts) {
    const found = sequences.get(key);
    if (found !== undefined && found >= sequence) continue;
    problems.push(`${describeFact(key, topics)} has lost acknowledged writes`);
  }
}

function describeFact(latin1Key: string, topics: ReadonlyMap<number, string>): string {
  const key = Buffer.from(latin1Key, 'latin1').toString().slice(1);
  const partition = /^p(\d+)\/(\d+)$/.exec(key);
  if (partition !== null) return `topic ${topics.get(Number(partition[1])) ?? `number ${String(partition[1])}`} partition ${String(partition[2])}`;
  if (key.startsWith('o')) return `the group offset ${key.slice(1)}`;
  return `the entry ${JSON.stringify(key)}`;
}

interface Known {
  readonly topics: ReadonlyMap<number, string>;
  readonly partitions: ReadonlyMap<string, PartitionFact>;
  readonly problems: string[];
}

async function countPointers(stored: StoredBatches, { topics, problems }: Known): Promise<void> {
  try {
    for await (const page of stored.pointers(POINTERS_FROM, POINTERS_TO)) {
      for (const { key, place } of page) {
        if (place !== null && stored.segments.count(place)) continue;
        const { topicNumber, partition, offset } = decodeBatchKey(key);
        const topic = topics.get(topicNumber);
        if (topic === undefined) continue;
        const what = place === null ? 'a pointer has a wrong checksum' : `segment ${place.segment} has lost a batch`;
        problems.push(`topic ${topic} partition ${partition} at offset ${offset}: ${what}`);
      }
    }
  } catch (error) {
    problems.push(`its pointers cannot be read (${String(error)})`);
  }
}

function checkBatches(stored: StoredBatches, expected: Expectations, known: Known): Map<string, number> {
  const batches = new Map<string, number>();
  for (const [latin1Key, bytes] of expected.batches) {
    const key = Buffer.from(latin1Key, 'latin1');
    const { topicNumber, partition, offset } = decodeBatchKey(key);
    const topic = known.topics.get(topicNumber);
    const head = known.partitions.get(`${topicNumber}/${partition}`);
    // Deleted since, or removed by retention: nobody asks for it any more.
    if (topic === undefined || (head !== undefined && offset < head.first)) continue;
    // Segments are on the disk before they are pointed to, so of those the pointer is what may be lost.
    const problem = isPointerKey(key) ? pointerProblem(stored, key) : batchProblem(stored, topicNumber, partition, offset);
    if (problem === null) batches.set(latin1Key, bytes);
    else known.problems.push(`topic ${topic} partition ${partition} at offset ${offset}: ${problem}`);
  }
  return batches;
}

function pointerProblem(stored: StoredBatches, key: Buffer): string | null {
  try {
    const { topicNumber, partition, offset } = decodeBatchKey(key);
    return stored.place(topicNumber, partition, offset) === null ? 'a batch is missing' : null;
  } catch (error) {
    return `a batch cannot be read (${String(error)})`;
  }
}

function batchProblem(stored: StoredBatches, topicNumber: number, partition: number, offset: number): string | null {
  try {
    const framed = stored.read(topicNumber, partition, offset);
    if (framed === null) return 'a batch is missing';
    return isIntact(framed, offset) ? null : 'the checksum of a batch is wrong';
  } catch (error) {
    return `a batch cannot be read (${String(error)})`;
  }
}

function checkLastBatch(stored: StoredBatches, head: PartitionFact, topics: ReadonlyMap<number, string>, problems: string[]): void {
  const topic = topics.get(head.topicNumber);
  if (topic === undefined || head.base < 0) return;
  const where = `topic ${topic} partition ${head.partition}`;
  const problem = batchProblem(stored, head.topicNumber, head.partition, head.base);
  if (problem !== null) {
    problems.push(`${where} at offset ${head.base}: ${problem}`);
    return;
  }
  const framed = stored.read(head.topicNumber, head.partition, head.base);
  if (framed === null) return;
  const end = batchHeader.nextOffset(framed, FRAME_BYTES);
  if (end !== head.end || linkOf(framed) !== head.link) problems.push(`${where} ends at offset ${end} instead of ${head.end}`);
}

function report(problems: readonly string[], options: LevelStorageOptions): void {
  const unique = [...new Set(problems)];
  const listed = unique.slice(0, LISTED).join('; ') + (unique.length > LISTED ? `; and ${unique.length - LISTED} more` : '');
  const message = `The log in the data folder ${options.folder} is damaged: ${listed}`;
  if (!options.acceptDamage) {
    throw new BrokerError(message, { retriable: false, code: 'DAMAGED', hint: 'Restore the data folder from a copy, or open it accepting the damage.' });
  }
  options.logger.error(message, { folder: options.folder });
}
