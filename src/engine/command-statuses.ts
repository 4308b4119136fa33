import type { Access, AccessGuard } from './access.js';
import type { CommandStatus } from './engine.js';

const KEPT = 10_000;

interface Kept {
  readonly status: CommandStatus;
  readonly access: readonly Access[];
}

/** What became of the newest commands, by command id. Bounded: the oldest are forgotten. Each is told to those who have its `access`. */
export class CommandStatuses {
  private readonly byId = new Map<string, Kept>();

  begin(commandId: string, status: CommandStatus, access: readonly Access[]): void {
    this.byId.delete(commandId);
    this.byId.set(commandId, { status, access });
    if (this.byId.size <= KEPT) return;
    for (const oldest of this.byId.keys()) {
      this.byId.delete(oldest);
      return;
    }
  }

  /** The rights to hear of it stay those of its beginning: what it named may be gone. */
  end(commandId: string, status: CommandStatus): void {
    const begun = this.byId.get(commandId);
    if (begun !== undefined) this.byId.set(commandId, { ...begun, status });
  }

  /** Null also for what the caller may not hear of: not even that it is there. */
  get(commandId: string, guard: AccessGuard | null): CommandStatus | null {
    const found = this.byId.get(commandId);
    return found === undefined || !mayHear(found, guard) ? null : found.status;
  }

  all(guard: AccessGuard | null): ReadonlyMap<string, CommandStatus> {
    return new Map([...this.byId].flatMap(([id, kept]) => (mayHear(kept, guard) ? [[id, kept.status] as const] : [])));
  }
}

function mayHear({ access }: Kept, guard: AccessGuard | null): boolean {
  return guard === null || access.every((each) => guard.allows(each));
}
