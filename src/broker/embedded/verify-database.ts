import { BrokerError } from '../../errors/index.js';
import { batchHeader } from '../record-batch.js';
import { FRAME_BYTES, isIntact, linkOf } from '../log/frame.js';
import type { LogFact } from '../log/log-storage.js';
import { decodeFact } from './fact-codec.js';
import type { Expectations } from './journal.js';
import type { Database, LevelStorageOptions } from './level-storage.js';
import { batchKey, decodeBatchKey, FACTS_FROM, FACTS_TO } from './level-keys.js';

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
}

/**
 * Reads all facts and compares them with what the journal saw acknowledged: every fact at least as new, every recent batch
 * there and whole, every partition's last batch the one its end offset names. Rejects with the damaged topics.
 */
export async function verifyDatabase(database: Database, expected: Expectations | null, options: LevelStorageOptions): Promise<VerifiedDatabase> {
  const problems: string[] = [];
  const { facts, sequences } = await readFacts(database, problems);
  const topics = new Map<number, string>();
  const partitions = new Map<string, PartitionFact>();
  for (const fact of facts) {
    if (fact.kind === 'topic') topics.set(fact.number, fact.name);
    else if (fact.kind === 'partition') partitions.set(`${fact.topicNumber}/${fact.partition}`, fact);
  }
  if (expected !== null) checkFacts(expected, sequences, topics, problems);
  const batches = expected === null ? new Map<string, number>() : checkBatches(database, expected, { topics, partitions, problems });
  for (const fact of partitions.values()) checkLastBatch(database, fact, topics, problems);
  if (problems.length > 0) report(problems, options);
  return { facts, sequences, batches };
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

function checkBatches(database: Database, expected: Expectations, known: Known): Map<string, number> {
  const batches = new Map<string, number>();
  for (const [latin1Key, bytes] of expected.batches) {
    const key = Buffer.from(latin1Key, 'latin1');
    const { topicNumber, partition, offset } = decodeBatchKey(key);
    const topic = known.topics.get(topicNumber);
    const head = known.partitions.get(`${topicNumber}/${partition}`);
    // Deleted since, or removed by retention: nobody asks for it any more.
    if (topic === undefined || (head !== undefined && offset < head.first)) continue;
    const problem = batchProblem(database, key, offset);
    if (problem === null) batches.set(latin1Key, bytes);
    else known.problems.push(`topic ${topic} partition ${partition} at offset ${offset}: ${problem}`);
  }
  return batches;
}

function batchProblem(database: Database, key: Buffer, offset: number): string | null {
  try {
    const framed = database.getSync(key, BUFFERS);
    if (framed === undefined) return 'a batch is missing';
    return isIntact(framed, offset) ? null : 'the checksum of a batch is wrong';
  } catch (error) {
    return `a batch cannot be read (${String(error)})`;
  }
}

function checkLastBatch(database: Database, head: PartitionFact, topics: ReadonlyMap<number, string>, problems: string[]): void {
  const topic = topics.get(head.topicNumber);
  if (topic === undefined || head.base < 0) return;
  const where = `topic ${topic} partition ${head.partition}`;
  const key = batchKey(head.topicNumber, head.partition, head.base);
  const problem = batchProblem(database, key, head.base);
  if (problem !== null) {
    problems.push(`${where} at offset ${head.base}: ${problem}`);
    return;
  }
  const framed = database.getSync(key, BUFFERS);
  if (framed === undefined) return;
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
