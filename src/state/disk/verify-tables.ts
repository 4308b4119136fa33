import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../env/index.js';
import { crc32c } from './crc32c.js';

/**
 * Checks the checksums that LevelDB wrote into its tables and, through this binding, never compares: every data, index and
 * filter block. Our own checksum of a value cannot see a key that vanished or an old value that came back because the
 * newer one's key was damaged; these can. Run before LevelDB opens: its compaction would copy the damage with new checksums.
 *
 * Table: blocks (content · type u8 · masked crc32c u32) · footer (metaindex handle · index handle · padding · magic), 48 bytes.
 */
const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
const MAGIC_LOW = 0x8b80fb57;
const MAGIC_HIGH = 0xdb477524;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

export function tableBytes(files: string): number {
  return tablesIn(files).reduce((sum, table) => sum + (statSync(join(files, table), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** The first damaged table, or null. Other work gets a turn between tables (some MiB each). */
export async function findDamagedTable(files: string, clock: Clock): Promise<string | null> {
  for (const table of tablesIn(files)) {
    const bytes = readIfThere(join(files, table));
    if (bytes !== null && !isIntactTable(bytes)) return `the table ${table} has a wrong checksum`;
    await clock.yieldTurn();
  }
  return null;
}

export function isIntactTable(bytes: Buffer): boolean {
  const footer = bytes.length - FOOTER_BYTES;
  if (footer < 0 || bytes.readUInt32LE(footer + 40) !== MAGIC_LOW || bytes.readUInt32LE(footer + 44) !== MAGIC_HIGH) return false;
  cursor = footer;
  const metaindex = readHandle(bytes);
  const index = readHandle(bytes);
  return [index, metaindex].every((block) => isIntactBlock(bytes, block) && handlesIn(bytes, block).every((handle) => isIntactBlock(bytes, handle)));
}

function isIntactBlock(bytes: Buffer, { offset, size }: Handle): boolean {
  const end = offset + size + 1;
  if (offset < 0 || size < 4 || end + 4 > bytes.length) return false;
  const crc = crc32c(bytes, offset, end);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  return masked === bytes.readUInt32LE(offset + size + TRAILER_BYTES - 4);
}

/** Entries of an index: shared length · own length · value length · key · handle; then restart points u32 and their count u32. */
function handlesIn(bytes: Buffer, block: Handle): readonly Handle[] {
  const handles: Handle[] = [];
  const end = block.offset + block.size;
  const entriesEnd = end - 4 - bytes.readUInt32LE(end - 4) * 4;
  for (let at = block.offset; at < entriesEnd; ) {
    cursor = at;
    readVarint(bytes);
    const keyBytes = readVarint(bytes);
    const valueBytes = readVarint(bytes);
    const value = cursor + keyBytes;
    cursor = value;
    handles.push(readHandle(bytes));
    at = value + valueBytes;
  }
  return handles;
}

let cursor = 0;

function readHandle(bytes: Buffer): Handle {
  const offset = readVarint(bytes);
  return { offset, size: readVarint(bytes) };
}

function readVarint(bytes: Buffer): number {
  let value = 0;
  for (let scale = 1; scale < 2 ** 56; scale *= 128) {
    const byte = bytes[cursor++] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) break;
  }
  return value;
}

function tablesIn(files: string): readonly string[] {
  return readdirSync(files).filter((file) => /\.(ldb|sst)$/.test(file)).sort();
}

/** Null: compaction has removed it meanwhile. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
