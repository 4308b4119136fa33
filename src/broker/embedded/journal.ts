import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * A witness beside the database: after every acknowledged write, which keys it wrote. LevelDB drops whole writes when
 * bytes of its log or manifest are damaged, and opens without a word; the journal knows what must be there.
 * It is never synced: after a power cut it may know less than the database, never more than was acknowledged.
 *
 * Record: crc u32 · length u32 · sequence f64 · entries (kind u8 · key length u16 · bytes u32 · key).
 */
export type JournalKind = 'putFact' | 'dropFact' | 'putBatch' | 'dropBatch';
export interface JournalEntry {
  readonly kind: JournalKind;
  /** The database key, latin1. */
  readonly key: string;
  /** Size of a batch; 0 for facts. */
  readonly bytes: number;
}

const KINDS: readonly JournalKind[] = ['putFact', 'dropFact', 'putBatch', 'dropBatch'];
const ROTATE_BYTES = 1024 * 1024;
/** Tiny batches are remembered up to this number, whatever their bytes. */
const MAX_BATCHES = 50_000;

/** What must be found in the database. */
export class Expectations {
  /** Fact key → sequence of the write that last put it. */
  readonly facts = new Map<string, number>();
  /** Batch key → bytes, oldest first: those that may still be in the database's own log. */
  readonly batches = new Map<string, number>();
  sequence = 0;
  private batchBytes = 0;

  constructor(private readonly windowBytes: number) {}

  apply(sequence: number, entries: readonly JournalEntry[]): void {
    this.sequence = Math.max(this.sequence, sequence);
    for (const { kind, key, bytes } of entries) {
      if (kind === 'putFact') this.facts.set(key, sequence);
      else if (kind === 'dropFact') this.facts.delete(key);
      else this.setBatch(key, kind === 'putBatch' ? bytes : 0);
    }
    for (const [key, bytes] of this.batches) {
      if (this.batchBytes <= this.windowBytes && this.batches.size <= MAX_BATCHES) break;
      this.batches.delete(key);
      this.batchBytes -= bytes;
    }
  }

  private setBatch(key: string, bytes: number): void {
    this.batchBytes += bytes - (this.batches.get(key) ?? 0);
    this.batches.delete(key);
    if (bytes > 0) this.batches.set(key, bytes);
  }
}

export class Journal {
  private file: number | null = null;
  private size = 0;

  constructor(
    private readonly folder: string,
    readonly expected: Expectations,
  ) {}

  /** Null when there is none. Stops at the first record that is not whole. */
  static read(folder: string, windowBytes: number): Expectations | null {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(folder, 'journal'));
    } catch {
      return null;
    }
    const expected = new Expectations(windowBytes);
    for (let at = 0; at + 16 <= bytes.length; ) {
      const end = at + 8 + bytes.readUInt32BE(at + 4);
      if (end > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(at)) break;
      expected.apply(bytes.readDoubleBE(at + 8), decodeEntries(bytes, at + 16, end));
      at = end;
    }
    return expected;
  }

  append(sequence: number, entries: readonly JournalEntry[]): void {
    this.expected.apply(sequence, entries);
    if (this.file === null || this.size > ROTATE_BYTES) this.rotate();
    else this.write(this.file, encodeRecord(sequence, entries));
  }

  /** Starts a new file that says all that is expected; replaces the old one in one step. */
  rotate(): void {
    this.close();
    const path = join(this.folder, 'journal');
    const file = openSync(`${path}.new`, 'w', 0o600);
    this.file = file;
    this.size = 0;
    // Each fact keeps the sequence it was put with; equal ones share a record.
    const bySequence = new Map<number, JournalEntry[]>();
    for (const [key, sequence] of this.expected.facts) {
      const entries = bySequence.get(sequence);
      const entry: JournalEntry = { kind: 'putFact', key, bytes: 0 };
      if (entries === undefined) bySequence.set(sequence, [entry]);
      else entries.push(entry);
    }
    const batches = Array.from(this.expected.batches, ([key, bytes]): JournalEntry => ({ kind: 'putBatch', key, bytes }));
    const records = Array.from(bySequence, ([sequence, entries]) => encodeRecord(sequence, entries));
    this.write(file, Buffer.concat([...records, encodeRecord(this.expected.sequence, batches)]));
    renameSync(`${path}.new`, path);
    // What a rotation holds says nothing about when to rotate next.
    this.size = 0;
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  static remove(folder: string): void {
    rmSync(join(folder, 'journal'), { force: true });
  }

  private write(file: number, bytes: Buffer): void {
    this.size += bytes.length;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  }
}

function encodeRecord(sequence: number, entries: readonly JournalEntry[]): Buffer {
  const length = entries.reduce((sum, { key }) => sum + 7 + key.length, 16);
  const record = Buffer.allocUnsafe(length);
  record.writeUInt32BE(length - 8, 4);
  record.writeDoubleBE(sequence, 8);
  let at = 16;
  for (const { kind, key, bytes } of entries) {
    record.writeUInt8(KINDS.indexOf(kind), at);
    record.writeUInt16BE(key.length, at + 1);
    record.writeUInt32BE(bytes, at + 3);
    at += 7 + record.write(key, at + 7, 'latin1');
  }
  record.writeUInt32BE(crc32(record.subarray(4)), 0);
  return record;
}

function decodeEntries(bytes: Buffer, from: number, end: number): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let at = from; at < end; ) {
    const keyEnd = at + 7 + bytes.readUInt16BE(at + 1);
    const kind = KINDS[bytes.readUInt8(at)];
    if (kind !== undefined) entries.push({ kind, key: bytes.toString('latin1', at + 7, keyEnd), bytes: bytes.readUInt32BE(at + 3) });
    at = keyEnd;
  }
  return entries;
}
