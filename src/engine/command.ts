import { InternalError } from '../errors/index.js';
import type { PlannedChange } from '../planner/index.js';

/**
 * One request of the command log: what its statements mean, checked against the log up to `checkedAt`.
 * A later version of the product reads every earlier version; an unknown version stops the runner (degraded), never guesses.
 */
export interface Command {
  readonly version: 1;
  /** Log position (offset of the next record) the request was checked against. Applied only if nothing came in between. */
  readonly checkedAt: number;
  /** Identity of the request: its caller waits for it. */
  readonly requestId: string;
  /** Sequence number of the first statement; the others follow. */
  readonly firstSequence: number;
  readonly changes: readonly PlannedChange[];
}

/** Raised by a record that this version cannot read. */
export class IncompatibleCommandError extends InternalError {}

export function encodeCommand(command: Command): Buffer {
  return Buffer.from(JSON.stringify(command));
}

function isCommand(value: unknown): value is Command {
  return (
    typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'checkedAt' in value && 'changes' in value &&
    Array.isArray(value.changes) && 'firstSequence' in value && 'requestId' in value
  );
}

/** Throws IncompatibleCommandError for anything that is not a command of a known version. */
export function decodeCommand(bytes: Buffer): Command {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new IncompatibleCommandError('A record of the command log is not JSON', { cause });
  }
  if (!isCommand(value)) throw new IncompatibleCommandError('A record of the command log was written by an unknown version');
  return value;
}

const ACTIONS: Readonly<Record<PlannedChange['statement'], readonly [entity: 'source' | 'type' | 'query', action: string]>> = {
  createSource: ['source', 'create'],
  createAsSelect: ['source', 'create'],
  insertSelect: ['source', 'create'],
  dropSource: ['source', 'drop'],
  alterSource: ['source', 'alter'],
  createType: ['type', 'create'],
  dropType: ['type', 'drop'],
  terminate: ['query', 'execute'],
  pause: ['query', 'execute'],
  resume: ['query', 'execute'],
  reset: ['query', 'execute'],
};

/** `type/name/action`, as clients ask for a command's status: names are back-quoted in create commands. */
export function commandId(change: PlannedChange, sourceKind: 'STREAM' | 'TABLE'): string {
  const [entity, action] = ACTIONS[change.statement];
  const name = change.entity ?? 'ALL';
  if (entity === 'query') return `${change.statement}/${name}/${action}`;
  const type = entity === 'type' ? 'type' : sourceKind.toLowerCase();
  return `${type}/${action === 'create' ? `\`${name}\`` : name}/${action}`;
}
