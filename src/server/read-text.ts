import type { Readable } from 'node:stream';
import { BrokerError, RequestError } from '../errors/index.js';

/** The body of a request as text. A longer one is refused as soon as that is known; what is left of it is not kept. */
export function readText(body: Readable, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(new RequestError('TOO_LARGE', `The request body is larger than ${maxBytes} bytes`, { hint: 'Send the statements in several requests.' }));
    });
    let isDone = false;
    body.on('end', () => {
      isDone = true;
      resolve(chunks.length === 1 ? (chunks[0]?.toString('utf8') ?? '') : Buffer.concat(chunks).toString('utf8'));
    });
    // Bodies are closed after their end, too.
    const gone = (): void => {
      if (!isDone) reject(new BrokerError('The client went while it was sending', { retriable: true }));
    };
    body.on('error', gone);
    body.on('close', gone);
  });
}
