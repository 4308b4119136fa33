import { applyChanges, EMPTY_CATALOG, type Catalog } from '../catalog/index.js';
import type { Clock, Logger } from '../env/index.js';
import { BrokerError, MillraceError } from '../errors/index.js';
import { storedPlan, type PersistentPlan } from '../plan/index.js';
import { decodeCommand, IncompatibleCommandError, type Command } from './command.js';
import type { CommandEffects } from './command-effects.js';
import type { CommandLog, CommandRecord } from './command-log.js';

export type CommandOutcome =
  | { readonly kind: 'applied' }
  /** Another command came in between: nothing of this one holds. */
  | { readonly kind: 'conflict' }
  /** The catalog has changed, but an effect failed. */
  | { readonly kind: 'failed'; readonly error: unknown };

export interface CommandRunnerDependencies {
  readonly log: CommandLog;
  readonly effects: CommandEffects;
  readonly clock: Clock;
  readonly logger: Logger;
}

const POLL_MS = 1000;
const RETRY_MS = 500;

/**
 * Follows the command log: the catalog is what the log says, read back record by record, and published by swapping one
 * reference. A record that cannot be read stops the runner for good: the server goes on with what it has, and says so.
 */
export class CommandRunner {
  private current: Catalog = EMPTY_CATALOG;
  private at = 0;
  /** One past the last command that was read. */
  private afterLast = 0;
  private sequence = 0;
  private started = 0;
  private degradedBy: string | null = null;
  private closed = false;
  private loop: Promise<void> = Promise.resolve();
  private readonly waiting = new Map<string, (outcome: CommandOutcome) => void>();
  private readonly watchers = new Set<() => void>();

  constructor(private readonly dependencies: CommandRunnerDependencies) {}

  get catalog(): Catalog {
    return this.current;
  }
  /** Offset of the next command record. */
  get position(): number {
    return this.at;
  }
  /** Sequence number of the next statement. */
  get nextSequence(): number {
    return this.sequence;
  }
  /** How many persistent queries the log has ever started. */
  get queriesStarted(): number {
    return this.started;
  }
  /** Why commands are no longer applied, or null. */
  get degraded(): string | null {
    return this.degradedBy;
  }

  /** Reads the whole log, then starts what it leaves running. */
  async start(): Promise<void> {
    const { log, effects } = this.dependencies;
    const carriedOutTo = await log.carriedOutTo();
    const plans = new Map<string, PersistentPlan>();
    const unfinished: Command[] = [];
    // To where the log ends now: an empty poll alone does not say that there is nothing more.
    const end = await log.end();
    while (log.position < end) {
      const { records, nextOffset } = await log.poll(POLL_MS);
      for (const record of records) {
        const command = this.advance(record);
        if (command === null) continue;
        for (const { start } of command.changes) if (start !== null) plans.set(start.queryId, start);
        if (record.offset >= carriedOutTo) unfinished.push(command);
      }
      if (nextOffset !== null) this.at = Math.max(this.at, nextOffset);
    }
    await effects.ensureProcessingLog();
    for (const { changes } of unfinished) for (const change of changes) await this.perform(() => effects.complete(change, plans));
    if (unfinished.length > 0) await this.perform(() => log.markCarriedOut(this.at));
    for (const query of this.current.queries.values()) await this.resume(storedPlan(query.plan), query.paused);
    this.loop = this.follow();
  }

  /** Resolves when the command with this identity has been applied (or refused) by this server. */
  outcome(requestId: string): Promise<CommandOutcome> {
    return new Promise((resolve) => this.waiting.set(requestId, resolve));
  }

  /** Resolves when statement `sequence` has been applied here; false when the signal ends the wait. */
  async reached(sequence: number, signal: AbortSignal): Promise<boolean> {
    while (this.sequence <= sequence && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.watchers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.watchers.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
    return this.sequence > sequence;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.dependencies.log.wakeup();
    await this.loop;
  }

  private async follow(): Promise<void> {
    const { log, logger, clock } = this.dependencies;
    while (!this.closed && this.degradedBy === null) {
      try {
        const { records, nextOffset } = await log.poll(POLL_MS);
        for (const record of records) await this.apply(record);
        if (nextOffset !== null) this.at = Math.max(this.at, nextOffset);
      } catch (error) {
        if (this.closed) return;
        logger.error('Reading the command log failed', { error: error instanceof Error ? error.message : String(error) });
        await clock.sleep(RETRY_MS);
      }
    }
  }

  // The rule every server applies alike: a command holds only if it was checked against exactly what came before it.
  private advance(record: CommandRecord): Command | null {
    if (this.degradedBy !== null) return null;
    let command: Command;
    try {
      command = decodeCommand(record.bytes);
    } catch (error) {
      if (!(error instanceof IncompatibleCommandError)) throw error;
      this.degradedBy = `${error.message} (offset ${record.offset})`;
      this.dependencies.logger.error('Commands are no longer applied', { reason: this.degradedBy });
      return null;
    }
    // Offsets without a record (markers of transactions) count as nothing.
    const holds = command.checkedAt >= this.afterLast && command.checkedAt <= record.offset;
    this.at = record.offset + 1;
    this.afterLast = this.at;
    if (!holds) {
      this.settle(command.requestId, { kind: 'conflict' });
      return null;
    }
    this.current = applyChanges(this.current, command.changes.flatMap((change) => change.changes));
    this.sequence = command.firstSequence + command.changes.length;
    this.started += command.changes.filter((change) => change.start !== null).length;
    return command;
  }

  private async apply(record: CommandRecord): Promise<void> {
    const command = this.advance(record);
    if (command === null) return;
    let outcome: CommandOutcome = { kind: 'applied' };
    for (const change of command.changes) {
      const error = await this.perform(() => this.dependencies.effects.perform(change));
      if (error !== null) outcome = { kind: 'failed', error };
    }
    await this.perform(() => this.dependencies.log.markCarriedOut(record.offset + 1));
    this.settle(command.requestId, outcome);
  }

  // The log has spoken, so an effect is tried until it works or fails for a reason that waiting does not mend.
  private async perform(effect: () => Promise<void>): Promise<unknown> {
    for (;;) {
      try {
        await effect();
        return null;
      } catch (error) {
        const retriable = error instanceof BrokerError && error.retriable;
        this.dependencies.logger.error('Carrying out a command failed', { error: error instanceof Error ? error.message : String(error), retriable });
        if (!retriable || this.closed) return error;
        await this.dependencies.clock.sleep(RETRY_MS);
      }
    }
  }

  private async resume(plan: PersistentPlan, paused: boolean): Promise<void> {
    const error = await this.perform(() => this.dependencies.effects.start(plan, paused));
    if (error instanceof Error && !(error instanceof MillraceError)) throw error;
  }

  private settle(requestId: string, outcome: CommandOutcome): void {
    this.waiting.get(requestId)?.(outcome);
    this.waiting.delete(requestId);
    for (const wake of this.watchers) wake();
  }
}
