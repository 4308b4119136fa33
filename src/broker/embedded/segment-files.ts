import { closeSync, fdatasync, fsync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writev } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Place } from './pointer-codec.js';
import type { SegmentAtRest } from './take-backup.js';

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Buffers per system call: far below what any system allows. */
const VECTORS = 256;
/** Files kept open for reading. */
const OPEN_FILES = 64;
const FILE_NAME = /^(\d{10})\.segment$/;

const writeVectors = promisify(writev);
const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);

interface Segment {
  /** Bytes that batches have been committed to; what lies behind belongs to nobody and is written over. */
  end: number;
  /** Bytes of batches that are still pointed to. */
  live: number;
  /** Bytes the file held when opened; nothing committed since lies outside it. */
  readonly size: number;
}

/**
 * Where bulk batches lie: numbered files that are only ever appended to, shared by all partitions. The database says what
 * in them counts, so bytes that no commit followed need no repair. One writer at a time; reads at any time.
 */
export class SegmentFiles {
  private readonly segments = new Map<number, Segment>();
  /** Least recently used first. */
  private readonly files = new Map<number, number>();
  /** The segment appends go to; made when the first one comes. */
  private current = 1;
  /** Where the next append goes; beyond the current segment's end until it is confirmed. */
  private position = 0;

  private constructor(
    private readonly folder: string,
    private readonly fsync: boolean,
  ) {}

  static open(folder: string, options: { readonly fsync: boolean }): SegmentFiles {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const files = new SegmentFiles(folder, options.fsync);
    for (const name of readdirSync(folder)) {
      const number = segmentNumber(name);
      if (number === null) continue;
      files.segments.set(number, { end: 0, live: 0, size: statSync(join(folder, name)).size });
      files.current = Math.max(files.current, number);
    }
    return files;
  }

  /** Counts a batch the database points to. False: its file does not hold it. */
  count(place: Place): boolean {
    const segment = this.segments.get(place.segment);
    const end = place.position + place.length;
    if (segment === undefined || end > segment.size) return false;
    segment.end = Math.max(segment.end, end);
    segment.live += place.length;
    return true;
  }

  /** When all are counted. Appends go on in the last segment, unless bytes are missing somewhere: then in a new one. */
  resume(isWhole: boolean): void {
    this.position = this.segments.get(this.current)?.end ?? 0;
    if (!isWhole && this.segments.has(this.current)) this.current += 1;
  }

  /** Writes buffers behind each other, durably when it resolves; `confirm` or `discard` must follow. */
  async append(buffers: readonly Buffer[]): Promise<readonly Omit<Place, 'crc'>[]> {
    if (!this.segments.has(this.current) || this.position >= SEGMENT_BYTES) await this.startSegment();
    const file = this.fileOf(this.current);
    const places: Omit<Place, 'crc'>[] = [];
    for (const buffer of buffers) {
      places.push({ segment: this.current, position: this.position, length: buffer.length });
      this.position += buffer.length;
    }
    let position = places[0]?.position ?? this.position;
    for (let at = 0; at < buffers.length; at += VECTORS) {
      position = await writeFully(file, buffers.slice(at, at + VECTORS), position);
    }
    if (this.fsync) await syncData(file);
    return places;
  }

  /** What was appended has been committed. */
  confirm(): void {
    const segment = this.segments.get(this.current);
    if (segment === undefined || this.position <= segment.end) return;
    segment.live += this.position - segment.end;
    segment.end = this.position;
  }

  /** What was appended will not be committed; the room it takes is given back. */
  discard(): void {
    const segment = this.segments.get(this.current);
    if (segment === undefined) return;
    this.position = segment.end;
    ftruncateSync(this.fileOf(this.current), segment.end);
  }

  /** A batch is no longer pointed to. */
  release(place: Place): void {
    const segment = this.segments.get(place.segment);
    if (segment !== undefined) segment.live -= place.length;
  }

  /** Null when the file does not hold it. */
  read(place: Place): Buffer | null {
    if (!this.segments.has(place.segment)) return null;
    const file = this.fileOf(place.segment);
    const buffer = Buffer.allocUnsafeSlow(place.length);
    for (let at = 0; at < place.length; ) {
      const bytes = readSync(file, buffer, at, place.length - at, place.position + at);
      if (bytes === 0) return null;
      at += bytes;
    }
    return buffer;
  }

  /** Deletes files that nothing points to any more. */
  removeEmpty(): void {
    for (const [number, segment] of this.segments) {
      if (segment.live > 0 || number === this.current) continue;
      this.closeFile(number);
      rmSync(this.pathOf(number), { force: true });
      this.segments.delete(number);
    }
  }

  /** The files with handles of their own, each to its committed end. The caller closes them. */
  atRest(): readonly SegmentAtRest[] {
    return [...this.segments].filter(([, { end }]) => end > 0).map(([number, { end }]) => ({ number, end, file: openSync(this.pathOf(number), 'r') }));
  }

  isLive(number: number): boolean {
    return (this.segments.get(number)?.live ?? 0) > 0;
  }

  /** A finished segment most of which is no longer pointed to. */
  wasteful(except: ReadonlySet<number>): number | null {
    for (const [number, { end, live }] of this.segments) {
      if (number !== this.current && live > 0 && live * 2 < end && !except.has(number)) return number;
    }
    return null;
  }

  close(): void {
    for (const number of Array.from(this.files.keys())) this.closeFile(number);
  }

  private async startSegment(): Promise<void> {
    const number = this.segments.has(this.current) ? this.current + 1 : this.current;
    this.keepFile(number, openSync(this.pathOf(number), 'w+', 0o600));
    this.segments.set(number, { end: 0, live: 0, size: 0 });
    this.current = number;
    this.position = 0;
    if (this.fsync) await this.syncFolder();
  }

  /** A new file is durable when its folder is. */
  private async syncFolder(): Promise<void> {
    const folder = openSync(this.folder, 'r');
    try {
      await syncAll(folder);
    } finally {
      closeSync(folder);
    }
  }

  private fileOf(number: number): number {
    const open = this.files.get(number);
    const file = open ?? openSync(this.pathOf(number), 'r+');
    if (open !== undefined) this.files.delete(number);
    this.keepFile(number, file);
    return file;
  }

  private keepFile(number: number, file: number): void {
    this.files.set(number, file);
    if (this.files.size <= OPEN_FILES) return;
    // The file being written may be in use by a write under way.
    for (const oldest of this.files.keys()) {
      if (oldest === this.current || oldest === number) continue;
      this.closeFile(oldest);
      return;
    }
  }

  private closeFile(number: number): void {
    const file = this.files.get(number);
    if (file === undefined) return;
    closeSync(file);
    this.files.delete(number);
  }

  private pathOf(number: number): string {
    return segmentPath(this.folder, number);
  }
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(10, '0')}.segment`);
}

export function holdsSegments(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => segmentNumber(name) !== null && statSync(join(folder, name)).size > 0);
  } catch {
    return false;
  }
}

function segmentNumber(name: string): number | null {
  const digits = FILE_NAME.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Returns where the next byte goes. */
async function writeFully(file: number, buffers: readonly Buffer[], from: number): Promise<number> {
  let position = from;
  let rest: Buffer[] = [...buffers];
  while (rest.length > 0) {
    const { bytesWritten } = await writeVectors(file, rest, position);
    position += bytesWritten;
    rest = dropBytes(rest, bytesWritten);
  }
  return position;
}

function dropBytes(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  let skip = 0;
  for (const buffer of buffers) {
    if (buffer.length > left) break;
    left -= buffer.length;
    skip += 1;
  }
  const rest = buffers.slice(skip);
  const [first] = rest;
  if (left > 0 && first !== undefined) rest[0] = first.subarray(left);
  return rest;
}
