import type { Readable } from 'node:stream';
import { RequestError } from '../errors/index.js';

/** The body of a request as text. A longer one is refused as soon as that is known; what is left of it is not read. */
export async function readText(body: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += piece.length;
    if (bytes > maxBytes) throw new RequestError('TOO_LARGE', `The request body is larger than ${maxBytes} bytes`, { hint: 'Send the statements in several requests.' });
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}
