import type { AnyResponse } from './protocol-switch.js';

/** Writes pieces of an answer and waits while the client does not read. */
export class StreamWriter {
  private closed = false;
  private readonly onClose = new Set<() => void>();

  constructor(private readonly response: AnyResponse) {
    const ended = (): void => {
      this.closed = true;
      for (const each of this.onClose) each();
    };
    response.on('close', ended);
    response.on('error', ended);
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Called when the client has gone (also when the answer is complete). */
  whenClosed(listener: () => void): void {
    if (this.closed) listener();
    else this.onClose.add(listener);
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.response.writeHead(status, headers);
  }

  async write(text: string): Promise<void> {
    if (this.closed || text === '') return;
    const { response } = this;
    // Both kinds of response take a string; their overloads differ too much for one call.
    const flushed = 'createPushResponse' in response ? response.write(text) : response.write(text);
    if (flushed) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.onClose.delete(go);
        response.removeListener('drain', go);
        resolve();
      };
      this.onClose.add(go);
      response.on('drain', go);
    });
  }

  end(): void {
    if (!this.closed) this.response.end();
  }
}
