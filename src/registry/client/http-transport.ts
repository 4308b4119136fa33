import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../env/index.js';

export interface HttpQuestion {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_SOCKETS = 8;

/** HTTP and HTTPS with connections that stay open. Redirects are answers like others: they are not followed. */
export class HttpTransport {
  private readonly http = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  private readonly https: HttpsAgent;

  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    tls: ConnectionOptions,
  ) {
    this.https = new HttpsAgent({ ...tls, keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  async send(question: HttpQuestion): Promise<HttpAnswer> {
    const ended = new AbortController();
    const timer = this.clock.sleep(this.timeoutMs, ended.signal).then(
      () => ended.abort(new Error(`no answer within ${this.timeoutMs} ms`)),
      () => undefined,
    );
    try {
      return await this.sendOnce(question, ended.signal, true);
    } finally {
      ended.abort();
      await timer;
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private sendOnce(question: HttpQuestion, signal: AbortSignal, mayRepeat: boolean): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.open(question, signal);
      request.on('response', (response) => void readAnswer(response).then(resolve, reject));
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server had closed a connection that was kept: nothing was read of this request.
        if (mayRepeat && request.reusedSocket && error.code === 'ECONNRESET') this.sendOnce(question, signal, false).then(resolve, reject);
        else reject(signal.aborted && signal.reason instanceof Error ? signal.reason : error);
      });
      request.end(question.body ?? undefined);
    });
  }

  private open({ method, url, headers, body }: HttpQuestion, signal: AbortSignal): ClientRequest {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, signal, headers: { ...headers, ...length } };
    return url.protocol === 'https:' ? httpsRequest(url, { ...options, agent: this.https }) : httpRequest(url, { ...options, agent: this.http });
  }
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(piece);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}
