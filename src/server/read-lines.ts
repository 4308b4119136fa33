import type { Readable } from 'node:stream';
import { RequestError } from '../errors/index.js';

/** Lines of a body as they come: those of each piece together. A line longer than `maxBytes` is refused. */
export async function* readLines(body: Readable, maxBytes: number): AsyncGenerator<readonly string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    const all = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = all.lastIndexOf(0x0a);
    rest = all.subarray(end + 1);
    if (rest.length > maxBytes) throw new RequestError('TOO_LARGE', `A line of the request is longer than ${maxBytes} bytes`);
    const lines = all.toString('utf8', 0, end + 1).split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 0) yield lines;
  }
  const last = rest.toString('utf8');
  if (last.trim() !== '') yield [last];
}
