import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { BrokerError, RequestError } from '../errors/index.js';
import { CollectedBytes } from './collect-bytes.js';

/** The body of a request as text. A longer one is refused as soon as that is known; what is left of it is not kept. */
export function readText(body: Readable, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const bytes = new CollectedBytes();
    let length = 0;
    body.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        bytes.add(chunk);
        return;
      }
      bytes.clear();
      reject(new RequestError('TOO_LARGE', `The request body is larger than ${maxBytes} bytes`, { hint: 'Send the statements in several requests.' }));
    });
    let isDone = false;
    body.on('end', () => {
      isDone = true;
      const whole = bytes.bytes();
      if (isUtf8(whole)) resolve(whole.toString('utf8'));
      else reject(new RequestError('BAD_REQUEST', 'The request body is not UTF-8'));
    });
    // Bodies are closed after their end, too.
    const gone = (): void => {
      if (!isDone) reject(new BrokerError('The client went while it was sending', { retriable: true }));
    };
    body.on('error', gone);
    body.on('close', gone);
  });
}
