import { PlanError } from '../errors/index.js';
import type { PersistentPlan } from './query-plan.js';

function isPersistentPlan(value: unknown): value is PersistentPlan {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'persistent' && 'version' in value && value.version === 1 &&
    'queryId' in value && typeof value.queryId === 'string' && 'root' in value
  );
}

/** The plan as it was logged. A plan of a later version is refused, never guessed at. */
export function storedPlan(value: unknown): PersistentPlan {
  if (!isPersistentPlan(value)) throw new PlanError('A stored plan was written by a later version', { hint: 'Start the version that wrote it, or a later one.' });
  return value;
}
