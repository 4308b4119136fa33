import type { AccessGuard } from '../engine/index.js';
import { RequestError } from '../errors/index.js';
import type { AnyRequest, AnyResponse } from './protocol-switch.js';
import type { Doorkeeper } from './security/doorkeeper.js';
import { visitOf } from './security/visit.js';

/** What every request passes before anything of it is done, whoever routes it: the door, and the refusals of a server that closes or has enough to do. */
export class Entrance {
  private isDraining = false;
  /** Requests that are being answered. */
  private atOnce = 0;

  constructor(
    readonly door: Doorkeeper,
    private readonly mostAtOnce: number,
  ) {}

  /** From now on requests are refused, save those that ask how the server is. */
  drain(): void {
    this.isDraining = true;
  }

  /**
   * What the caller may do; null: everything, as nobody is asked who they are. Throws RequestError, or rejects with it. `route` is the
   * router's pattern.
   */
  admit(request: AnyRequest, response: AnyResponse, route: string | undefined, subject: string | undefined): AccessGuard | null | Promise<AccessGuard | null> {
    this.atOnce += 1;
    response.once('close', () => (this.atOnce -= 1));
    const { origin } = request.headers;
    // On the answer itself, as rows are written past the framework.
    if (origin !== undefined) for (const [name, value] of Object.entries(this.door.origins.answerHeaders(origin))) response.setHeader(name, value);
    if (this.atOnce > this.mostAtOnce) throw new RequestError('RATE_LIMIT', 'The server is answering as many requests as it may', { hint: 'Try again in a moment.' });
    const guard = this.door.admit(visitOf(request, route, { subject }));
    if (guard instanceof Promise) return guard.then((found) => this.open(request, found));
    return this.open(request, guard);
  }

  private open(request: AnyRequest, guard: AccessGuard | null): AccessGuard | null {
    if (this.isDraining && request.method !== 'GET') throw new RequestError('SHUTTING_DOWN', 'The server is shutting down');
    return guard;
  }
}
