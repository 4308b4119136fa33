import { crc32 } from 'node:zlib';
import { BrokerError } from '../../errors/index.js';

/** What a log is made of, as it was at one moment. */
export type BackupPiece =
  /** Entries of the database, in order. */
  | { readonly kind: 'entries'; readonly entries: readonly (readonly [key: Buffer, value: Buffer])[] }
  /** Bytes of a segment file, in order. */
  | { readonly kind: 'segment'; readonly number: number; readonly position: number; readonly bytes: Buffer };

/**
 * Pieces on a wire. A frame: kind u8 · length u32 · payload. The last one holds the number of frames before it and the checksum of
 * their payloads, so a stream that was cut is not taken for a backup.
 */
const ENTRIES = 1;
const SEGMENT = 2;
const END = 3;
const HEAD_BYTES = 5;
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

function frame(kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

function payloadOf(piece: BackupPiece): Buffer {
  if (piece.kind === 'segment') {
    const head = Buffer.alloc(12);
    head.writeUInt32BE(piece.number, 0);
    head.writeDoubleBE(piece.position, 4);
    return Buffer.concat([head, piece.bytes]);
  }
  return Buffer.concat(piece.entries.flatMap(([key, value]) => {
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(key.length, 0);
    lengths.writeUInt32BE(value.length, 4);
    return [lengths, key, value];
  }));
}

function entriesOf(payload: Buffer): readonly (readonly [Buffer, Buffer])[] {
  const entries: (readonly [Buffer, Buffer])[] = [];
  for (let at = 0; at < payload.length; ) {
    const keyEnd = at + 8 + payload.readUInt32BE(at);
    const end = keyEnd + payload.readUInt32BE(at + 4);
    entries.push([payload.subarray(at + 8, keyEnd), payload.subarray(keyEnd, end)]);
    at = end;
  }
  return entries;
}

function pieceOf(kind: number, payload: Buffer): BackupPiece {
  if (kind === ENTRIES) return { kind: 'entries', entries: entriesOf(payload) };
  if (kind === SEGMENT) return { kind: 'segment', number: payload.readUInt32BE(0), position: payload.readDoubleBE(4), bytes: payload.subarray(12) };
  throw notABackup('it holds a part of an unknown kind');
}

function notABackup(why: string): BrokerError {
  return new BrokerError(`What came is no whole backup: ${why}`, { retriable: true, code: 'DAMAGED', hint: 'Make the backup again.' });
}

function endOf(frames: number, checksum: number): Buffer {
  const payload = Buffer.alloc(12);
  payload.writeDoubleBE(frames, 0);
  payload.writeUInt32BE(checksum, 8);
  return payload;
}

export async function* encodeBackup(pieces: AsyncIterable<BackupPiece>): AsyncGenerator<Buffer> {
  let frames = 0;
  let checksum = 0;
  for await (const piece of pieces) {
    const payload = payloadOf(piece);
    frames += 1;
    checksum = crc32(payload, checksum);
    yield frame(piece.kind === 'entries' ? ENTRIES : SEGMENT, payload);
  }
  yield frame(END, endOf(frames, checksum));
}

/** Rejects with BrokerError DAMAGED where the stream is not whole. */
export async function* decodeBackup(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<BackupPiece> {
  let rest: Buffer = Buffer.alloc(0);
  let frames = 0;
  let checksum = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + rest.readUInt32BE(1);
      if (end > MAX_FRAME_BYTES) throw notABackup('a part is too long');
      if (rest.length < end) break;
      const [kind, payload] = [rest.readUInt8(0), rest.subarray(HEAD_BYTES, end)];
      rest = rest.subarray(end);
      if (kind === END) {
        if (!payload.equals(endOf(frames, checksum))) throw notABackup('parts are missing or changed');
        return;
      }
      frames += 1;
      checksum = crc32(payload, checksum);
      yield pieceOf(kind, payload);
    }
  }
  throw notABackup('it was cut off');
}
