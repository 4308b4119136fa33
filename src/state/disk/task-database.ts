import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock, Logger, Random } from '../../env/index.js';
import { StateError } from '../../errors/index.js';
import type { StoreIdentity } from '../store.js';
import { BatchChain, encodeChainRecord } from './batch-chain.js';
import type { Batch, OpenDatabase, OrderedDatabase } from './ordered-database.js';
import { chainKey, CHAIN_FROM, CHAIN_TO, ENTRIES_FROM, ENTRIES_TO, GENESIS_KEY, IDENTITIES_FROM, IDENTITIES_TO, identityKey } from './store-keys.js';
import { findDamagedTable, tableBytes } from './verify-tables.js';
import { Witness } from './witness.js';

export interface StoreBatch {
  readonly bytes: number;
  readonly crc: number;
  /** Adds the operations. Called when it is this batch's turn. */
  readonly fill: (batch: Batch) => void;
}
export interface TaskDatabaseOptions {
  readonly open: OpenDatabase;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly writeBufferBytes: number;
  readonly blockCacheBytes: number;
  /** LevelDB never compares the checksums in its tables; RocksDB does. */
  readonly verifyTables: boolean;
  /** The tables of databases up to this size are checked at open, about 1 ms per MiB; of larger ones by `scrub`. */
  readonly verifyBytes: number;
  /** Identity of the machine's boot: after another one, a database that lost its newest writes is an honest older state. */
  readonly bootId: string;
}

export interface StoredIdentity extends StoreIdentity {
  readonly storeNumber: number;
}

export const CRC_BYTES = 4;

const PAGE = 1000;
const MARGIN_BYTES = 1024 * 1024;

/**
 * The database of one task and the proof that it is whole. Nothing here is the only copy: damage is answered by wiping,
 * and the changelog fills it again. `repair` is never called.
 */
export class TaskDatabase {
  private readonly identities = new Map<string, StoredIdentity>();
  /** One write at a time: each batch names its predecessor. */
  private tail: Promise<void> = Promise.resolve();
  private needsReopening = false;
  private isClosed = false;

  private constructor(
    private readonly folder: string,
    private readonly options: TaskDatabaseOptions,
    public database: OrderedDatabase,
    private chain: BatchChain,
    private readonly witness: Witness,
  ) {}

  /** Opens and verifies; what is damaged is wiped and comes back empty. */
  static async open(folder: string, options: TaskDatabaseOptions): Promise<TaskDatabase> {
    const problem = await TaskDatabase.tryOpen(folder, options);
    if (problem instanceof TaskDatabase) return problem;
    options.logger.warn('A state store is damaged; it is wiped and restored from its changelog', { folder, reason: problem });
    rmSync(folder, { recursive: true, force: true });
    const opened = await TaskDatabase.tryOpen(folder, options);
    if (opened instanceof TaskDatabase) return opened;
    throw new StateError(`The state store in ${folder} cannot be created: ${opened}`, { damaged: false });
  }

  /** The open database, or why it cannot be trusted. */
  private static async tryOpen(folder: string, options: TaskDatabaseOptions): Promise<TaskDatabase | string> {
    const files = join(folder, 'data');
    const seen = Witness.read(join(folder, 'witness'));
    if (seen === 'damaged') return 'its witness file is damaged';
    // Checked before opening: LevelDB takes a folder without CURRENT for a new one and deletes its tables.
    if (seen !== null && !existsSync(join(files, 'CURRENT'))) return 'CURRENT is missing';
    if (seen === null && existsSync(join(files, 'CURRENT'))) return 'its witness file is missing';
    mkdirSync(files, { recursive: true, mode: 0o700 });
    const damagedTable = options.verifyTables && tableBytes(files) <= options.verifyBytes ? await findDamagedTable(files, options.clock) : null;
    if (damagedTable !== null) return damagedTable;
    const database = await options.open(files, options);
    if (typeof database === 'string') return database;
    try {
      const found = seen === null ? BatchChain.empty(windowBytes(options)) : await verify(database, seen, options);
      if (typeof found === 'string') {
        await database.close();
        return found;
      }
      const uuid = seen?.uuid ?? uuidFrom(options.random);
      if (seen === null) await database.put(GENESIS_KEY, Buffer.from(uuid));
      const witness = Witness.create(join(folder, 'witness'), { uuid, batches: found.batches, boot: crc32(options.bootId) });
      const opened = new TaskDatabase(folder, options, database, found, witness);
      const problem = await opened.readIdentities();
      if (problem === null) return opened;
      await opened.close();
      return problem;
    } catch (error) {
      await database.close();
      return `it cannot be read (${String(error)})`;
    }
  }

  identity(storeName: string): StoredIdentity | null {
    return this.identities.get(storeName) ?? null;
  }

  /** A store's identity for this opening; a new store gets a uuid and a number. */
  async enter(storeName: string): Promise<StoredIdentity> {
    const known = this.identities.get(storeName);
    const numbers = Array.from(this.identities.values(), (identity) => identity.storeNumber);
    const identity = known ?? { uuid: uuidFrom(this.options.random), epoch: 0, changelogOffset: -1, batches: 0, storeNumber: Math.max(0, ...numbers) + 1 };
    const entered = { ...identity, epoch: identity.epoch + 1 };
    // Reserved at once, so that another store opened in the same turn gets another number.
    this.identities.set(storeName, entered);
    await this.apply(storeName, { bytes: 0, crc: 0, fill: () => undefined }, entered.changelogOffset);
    return entered;
  }

  /** Applies a batch of one store with its identity and the chain's next record. */
  async apply(storeName: string, batch: StoreBatch, changelogOffset: number): Promise<void> {
    const write = this.tail.then(() => this.writeBatch(storeName, batch, changelogOffset));
    this.tail = write.catch(() => undefined);
    await write;
  }

  /** Reads every table and every entry; throws on the first that is not what was written. In pages, so other work gets its turns. */
  async scrub(): Promise<void> {
    const { clock, verifyTables } = this.options;
    const problem = (verifyTables ? await findDamagedTable(join(this.folder, 'data'), clock) : null) ?? (await findDamagedEntry(this.database, clock));
    if (problem !== null) throw new StateError(`The state store in ${this.folder} is damaged: ${problem}`, { damaged: true });
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.tail;
    this.witness.close();
    await this.database.close();
  }

  private async writeBatch(storeName: string, batch: StoreBatch, changelogOffset: number): Promise<void> {
    const before = this.identities.get(storeName);
    if (before === undefined || this.isClosed) throw new StateError(`The store ${storeName} is closed`, { damaged: false });
    if (this.needsReopening) await this.reopen();
    // Batches that hold nothing of the store are not counted: none means that it never held anything.
    const identity = { ...before, changelogOffset, batches: before.batches + (batch.bytes > 0 ? 1 : 0) };
    const { record, dropped } = this.chain.next({ bytes: batch.bytes + 128, crc: batch.crc });
    const writes = this.database.batch();
    batch.fill(writes);
    writes.put(identityKey(storeName), encodeIdentity(identity));
    writes.put(chainKey(record.number), encodeChainRecord(record));
    for (const number of dropped) writes.del(chainKey(number));
    try {
      await writes.write();
    } catch (error) {
      // LevelDB refuses all writes after a failed one, even when there is room again: it must be reopened.
      this.needsReopening = true;
      throw new StateError(`Writing the state store in ${this.folder} failed`, { damaged: false, cause: error });
    }
    this.identities.set(storeName, identity);
    this.chain.advance(record, dropped.length);
    this.witness.saw(record.number);
  }

  /** The failed batch may be there or not; the caller writes it again, and writing it twice changes nothing. */
  private async reopen(): Promise<void> {
    const files = join(this.folder, 'data');
    // Reads go on over the old handle until reopening can succeed: it needs room for what the database's log holds.
    if (!hasRoom(files)) throw new StateError(`There is no room to write the state store in ${this.folder}`, { damaged: false });
    await this.database.close();
    const database = await this.options.open(files, this.options);
    if (typeof database === 'string') throw new StateError(`The state store in ${this.folder} cannot be reopened: ${database}`, { damaged: false });
    this.database = database;
    const chain = BatchChain.from(await valuesIn(database, CHAIN_FROM, CHAIN_TO), windowBytes(this.options));
    if (typeof chain === 'string') throw new StateError(`The state store in ${this.folder} is damaged: ${chain}`, { damaged: true });
    this.chain = chain;
    const problem = await this.readIdentities();
    if (problem !== null) throw new StateError(`The state store in ${this.folder} is damaged: ${problem}`, { damaged: true });
    this.needsReopening = false;
  }

  private async readIdentities(): Promise<string | null> {
    for (const [key, value] of await allEntries(this.database, IDENTITIES_FROM, IDENTITIES_TO)) {
      const identity = decodeIdentity(value);
      if (identity === null) return `the identity of store ${key.toString('utf8', 1)} has a wrong checksum`;
      this.identities.set(key.toString('utf8', 1), identity);
    }
    return null;
  }
}

async function verify(database: OrderedDatabase, seen: { readonly uuid: string; readonly batches: number; readonly boot: number }, options: TaskDatabaseOptions): Promise<BatchChain | string> {
  const genesis = database.get(GENESIS_KEY)?.toString();
  if (genesis === undefined) return 'its first entry is missing';
  if (genesis !== seen.uuid) return 'it is another database than its witness file saw';
  const chain = BatchChain.from(await valuesIn(database, CHAIN_FROM, CHAIN_TO), windowBytes(options));
  if (typeof chain === 'string') return chain;
  const isSameBoot = seen.boot === crc32(options.bootId);
  if (chain.batches < seen.batches && isSameBoot) return `it holds ${chain.batches} batches, ${seen.batches} were seen`;
  return chain;
}

async function findDamagedEntry(database: OrderedDatabase, clock: Clock): Promise<string | null> {
  const pages = database.pages({ gte: ENTRIES_FROM, lt: ENTRIES_TO }, null);
  try {
    for (let page = await pages.next(PAGE); page.length > 0; page = await pages.next(PAGE)) {
      for (const [key, value] of page) if (!isIntactEntry(key, value)) return 'an entry has a wrong checksum';
      await clock.yieldTurn();
    }
    return null;
  } finally {
    await pages.close();
  }
}

/** A stored value: value · crc u32 of the whole key and the value. A value under another key than its own is damage too. */
export function isIntactEntry(key: Uint8Array, framed: Buffer): boolean {
  const length = framed.length - CRC_BYTES;
  return length >= 0 && crc32(framed.subarray(0, length), crc32(key)) === framed.readUInt32BE(length);
}

function hasRoom(files: string): boolean {
  const unflushed = readdirSync(files).reduce((sum, file) => sum + (file.endsWith('.log') ? statSync(join(files, file)).size : 0), 0);
  const { bavail, bsize } = statfsSync(files);
  return bavail * bsize >= unflushed + MARGIN_BYTES;
}

async function valuesIn(database: OrderedDatabase, from: Buffer, to: Buffer): Promise<readonly Buffer[]> {
  return (await allEntries(database, from, to)).map(([, value]) => value);
}

async function allEntries(database: OrderedDatabase, from: Buffer, to: Buffer): Promise<readonly (readonly [Buffer, Buffer])[]> {
  const pages = database.pages({ gte: from, lt: to }, null);
  const entries: (readonly [Buffer, Buffer])[] = [];
  try {
    for (let page = await pages.next(PAGE); page.length > 0; page = await pages.next(PAGE)) entries.push(...page);
  } finally {
    await pages.close();
  }
  return entries;
}

function windowBytes(options: TaskDatabaseOptions): number {
  // Two memtables may be in the database's log only; one more for what lies across their ends.
  return options.writeBufferBytes * 3;
}

function encodeIdentity(identity: StoredIdentity): Buffer {
  const json = Buffer.from(JSON.stringify(identity));
  const value = Buffer.allocUnsafe(4 + json.length);
  value.writeUInt32BE(crc32(json), 0);
  json.copy(value, 4);
  return value;
}

function decodeIdentity(value: Buffer): StoredIdentity | null {
  if (value.length < 5 || crc32(value.subarray(4)) !== value.readUInt32BE(0)) return null;
  // The checksum holds, so this is what `encodeIdentity` wrote.
  return JSON.parse(value.toString('utf8', 4)) as StoredIdentity;
}

function uuidFrom(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
