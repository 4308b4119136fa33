import type { CatalogChange } from '../../catalog/index.js';
import type { PlannedChange } from '../planned-statement.js';

/** A planned change with everything empty that a statement does not say. */
export function plannedChange(
  parts: Pick<PlannedChange, 'statement' | 'message' | 'statementText'> & Partial<PlannedChange> & { readonly changes: readonly CatalogChange[] },
): PlannedChange {
  return {
    kind: 'change',
    topics: [],
    subjects: [],
    start: null,
    replaces: null,
    stop: [],
    pause: [],
    resume: [],
    deleteTopic: null,
    entity: null,
    queryId: null,
    ...parts,
  };
}
