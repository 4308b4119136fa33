import { closeSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { BackupPiece } from './backup-pieces.js';
import type { Database } from './level-storage.js';

const readBytes = promisify(read);
const PIECE_BYTES = 1024 * 1024;
const PAGE = 1000;

/** A segment file as it was: what is appended later does not count, and a file that is deleted meanwhile stays readable. */
export interface SegmentAtRest {
  readonly number: number;
  readonly file: number;
  readonly end: number;
}

type Snapshot = ReturnType<Database['snapshot']>;

async function* entryPieces(database: Database, snapshot: Snapshot): AsyncGenerator<BackupPiece> {
  const iterator = database.iterator({ snapshot, keyEncoding: 'buffer', valueEncoding: 'buffer', fillCache: false, highWaterMarkBytes: PIECE_BYTES });
  try {
    for (let page = await iterator.nextv(PAGE); page.length > 0; page = await iterator.nextv(PAGE)) {
      yield { kind: 'entries', entries: page.flatMap(([key, value]) => (key === undefined || value === undefined ? [] : [[key, value] as const])) };
    }
  } finally {
    await iterator.close();
  }
}

async function* segmentPieces({ number, file, end }: SegmentAtRest): AsyncGenerator<BackupPiece> {
  for (let position = 0; position < end; ) {
    const buffer = Buffer.alloc(Math.min(PIECE_BYTES, end - position));
    const { bytesRead } = await readBytes(file, buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    yield { kind: 'segment', number, position, bytes: buffer.subarray(0, bytesRead) };
    position += bytesRead;
  }
}

/** The pieces of a log at one moment. Writing goes on beside it. */
export async function* backupPieces(database: Database, snapshot: Snapshot, segments: readonly SegmentAtRest[]): AsyncGenerator<BackupPiece> {
  try {
    // Segments first: what the entries point to is there when they come.
    for (const segment of segments) yield* segmentPieces(segment);
    yield* entryPieces(database, snapshot);
  } finally {
    for (const { file } of segments) closeSync(file);
    await snapshot.close();
  }
}
