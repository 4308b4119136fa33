import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { RequestError } from '../errors/index.js';
import { CollectedBytes } from './collect-bytes.js';

const NEWLINE = 0x0a;

function linesIn(bytes: Buffer): readonly string[] {
  if (!isUtf8(bytes)) throw new RequestError('BAD_REQUEST', 'The request body is not UTF-8');
  return bytes.toString('utf8').split('\n').filter((line) => line.trim() !== '');
}

/** Lines of a body as they come: those of each piece together. A line longer than `maxBytes` is refused. */
export async function* readLines(body: Readable, maxBytes: number): AsyncGenerator<readonly string[]> {
  const open = new CollectedBytes();
  // The body stays open when we leave early: its other side still waits for an answer.
  const chunks: AsyncIterable<unknown> = body.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    const end = piece.lastIndexOf(NEWLINE) + 1;
    const tooLong = (): never => {
      throw new RequestError('TOO_LARGE', `A line of the request is longer than ${maxBytes} bytes`);
    };
    if (open.length + (end === 0 ? piece.length : piece.indexOf(NEWLINE)) > maxBytes || piece.length - end > maxBytes) tooLong();
    if (end > 0) {
      open.add(piece.subarray(0, end));
      const lines = linesIn(open.bytes());
      open.clear();
      // Lines that came whole in one piece are no longer than it is.
      if (piece.length > maxBytes && lines.some((line) => Buffer.byteLength(line) > maxBytes)) tooLong();
      if (lines.length > 0) yield lines;
    }
    if (end < piece.length) open.add(piece.subarray(end));
  }
  const last = linesIn(open.bytes());
  if (last.length > 0) yield last;
}
