import { RequestError } from '../../errors/index.js';

const TIMEOUT_MS = 5000;
const MAX_BYTES = 1 << 20;

/** Reads a key set over HTTP: bounded in time and size, no redirects; without TLS on this machine only. Throws RequestError. */
export function fetchKeys(address: string): () => Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'https:' && !/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))) {
    throw new RequestError('BAD_REQUEST', 'millrace.authentication.jwt.jwks is not an https address', { hint: 'Keys that came unprotected prove nothing.' });
  }
  return async () => {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'application/json' } });
    if (!response.ok || response.body === null) throw new RequestError('NOT_READY', `The keys were answered with ${response.status}`);
    let text = '';
    const decoder = new TextDecoder();
    const chunks: AsyncIterable<unknown> = response.body;
    for await (const chunk of chunks) {
      if (!(chunk instanceof Uint8Array)) continue;
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_BYTES) throw new RequestError('NOT_READY', 'The keys are longer than keys are');
    }
    return text;
  };
}
