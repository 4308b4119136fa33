import type { CommandStatus } from './engine.js';

const KEPT = 10_000;

/** What became of the newest commands, by command id. Bounded: the oldest are forgotten. */
export class CommandStatuses {
  private readonly byId = new Map<string, CommandStatus>();

  set(commandId: string, status: CommandStatus): void {
    this.byId.delete(commandId);
    this.byId.set(commandId, status);
    if (this.byId.size <= KEPT) return;
    for (const oldest of this.byId.keys()) {
      this.byId.delete(oldest);
      return;
    }
  }

  get(commandId: string): CommandStatus | null {
    return this.byId.get(commandId) ?? null;
  }

  all(): ReadonlyMap<string, CommandStatus> {
    return this.byId;
  }
}
