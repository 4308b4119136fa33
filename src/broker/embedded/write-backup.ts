import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { silentLogger } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import { isIntact } from '../log/frame.js';
import type { BackupPiece } from './backup-pieces.js';
import { FOLDER_FORMAT } from './data-folder.js';
import { openLogDatabase, type Database } from './level-storage.js';
import { batchKey, decodeBatchKey, POINTERS_FROM, POINTERS_TO } from './level-keys.js';
import { segmentPath, SegmentFiles } from './segment-files.js';
import { StoredBatches } from './stored-batches.js';
import { verifyDatabase } from './verify-database.js';

/** What a backup holds; kept in it as `backup.json`, which is written last. */
export interface BackupReport {
  readonly format: number;
  readonly entries: number;
  readonly batches: number;
  readonly bytes: number;
}

const OPTIONS = { logger: silentLogger, fsync: true, writeBufferBytes: 8 * 1024 * 1024, blockCacheBytes: 4 * 1024 * 1024, bulkBytes: 16 * 1024, acceptDamage: false };
const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
const BATCHES_FROM = batchKey(0, 0, 0);
const REPORT = 'backup.json';

/** Segment files under construction, one open at a time. */
class SegmentWriter {
  private open: { readonly number: number; readonly file: number } | null = null;
  bytes = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  write(number: number, position: number, bytes: Buffer): void {
    if (this.open?.number !== number) {
      this.close();
      this.open = { number, file: openSync(segmentPath(this.folder, number), 'w', 0o600) };
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(this.open.file, bytes, at, bytes.length - at, position + at);
    this.bytes += bytes.length;
  }

  close(): void {
    if (this.open === null) return;
    fsyncSync(this.open.file);
    closeSync(this.open.file);
    this.open = null;
  }
}

async function writePieces(folder: string, pieces: AsyncIterable<BackupPiece>): Promise<{ readonly entries: number; readonly bytes: number }> {
  const database = await openLogDatabase({ ...OPTIONS, folder }, true);
  const segments = new SegmentWriter(join(folder, 'segments'));
  let entries = 0;
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      if (piece.kind === 'segment') {
        segments.write(piece.number, piece.position, piece.bytes);
        continue;
      }
      await database.batch(piece.entries.map(([key, value]) => ({ type: 'put' as const, key, value })), { ...BUFFERS, sync: true });
      entries += piece.entries.length;
      for (const [key, value] of piece.entries) bytes += key.length + value.length;
    }
  } finally {
    segments.close();
    await database.close();
  }
  return { entries, bytes: bytes + segments.bytes };
}

async function* batchKeys(database: Database, from: Buffer, to: Buffer): AsyncGenerator<Buffer> {
  for await (const key of database.keys({ gte: from, lt: to, ...BUFFERS, fillCache: false })) yield key;
}

/** Reads every batch and every fact: that all are there and each is what was written. Rejects with BrokerError DAMAGED. */
export async function verifyLog(folder: string): Promise<number> {
  const database = await openLogDatabase({ ...OPTIONS, folder }, false);
  const segments = SegmentFiles.open(join(folder, 'segments'), OPTIONS);
  const stored = new StoredBatches(database, segments);
  let batches = 0;
  try {
    await verifyDatabase(stored, null, { ...OPTIONS, folder });
    for (const [from, to] of [[BATCHES_FROM, Buffer.from('c')], [POINTERS_FROM, POINTERS_TO]] as const) {
      for await (const key of batchKeys(database, from, to)) {
        const { topicNumber, partition, offset } = decodeBatchKey(key);
        checkBatch(stored, topicNumber, partition, offset);
        batches += 1;
      }
    }
    return batches;
  } finally {
    segments.close();
    await database.close();
  }
}

function checkBatch(stored: StoredBatches, topicNumber: number, partition: number, offset: number): void {
  let framed: Buffer | null = null;
  let cause: unknown;
  try {
    framed = stored.read(topicNumber, partition, offset);
  } catch (error) {
    cause = error;
  }
  if (framed !== null && isIntact(framed, offset)) return;
  throw new BrokerError(`A batch of topic number ${topicNumber} partition ${partition} at offset ${offset} is not what was written`, { retriable: false, code: 'DAMAGED', cause, hint: 'Take another backup.' });
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new BrokerError(`The folder ${folder} is not empty`, { retriable: false, hint: 'Name a folder that does not exist yet.' });
}

/** Writes a backup into a new folder, which is a data folder itself, and reads all of it again. It appears when it is whole. */
export async function writeBackup(destination: string, pieces: AsyncIterable<BackupPiece>): Promise<BackupReport> {
  requireEmpty(destination);
  const target = resolve(destination);
  const folder = join(dirname(target), `.${basename(target)}.unfinished`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'log'), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(join(folder, 'format.json'), JSON.stringify({ format: FOLDER_FORMAT }));
    const { entries, bytes } = await writePieces(folder, pieces);
    const report = { format: FOLDER_FORMAT, entries, bytes, batches: await verifyLog(folder) };
    writeFileSync(join(folder, REPORT), JSON.stringify(report));
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
    return report;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What the folder of a backup says of itself. Throws BrokerError where it is none, or of a version that this one cannot read. */
export function readBackupReport(folder: string): BackupReport {
  const path = join(folder, REPORT);
  const report: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
  if (typeof report !== 'object' || report === null || !('format' in report)) throw new BrokerError(`The folder ${folder} is no backup`, { retriable: false, hint: 'Backups are made by `millrace backup`.' });
  if (report.format !== FOLDER_FORMAT) throw new BrokerError(`The backup has format ${String(report.format)}; this version reads ${FOLDER_FORMAT}`, { retriable: false, hint: 'Restore it with the version that made it.' });
  const count = (name: string): number => (name in report ? Number(report[name as keyof typeof report]) : 0);
  return { format: FOLDER_FORMAT, entries: count('entries'), batches: count('batches'), bytes: count('bytes') };
}
