import type { StreamSource, TransientPlan } from '../../plan/index.js';
import { chainBelow, type StatelessStep } from '../compile/required-columns.js';

/** A push query that keeps no state: its rows follow from the records of one stream, each by itself. */
export interface SharedPart {
  readonly source: StreamSource;
  readonly steps: readonly StatelessStep[];
  /** Equal for queries that may share a reader. */
  readonly sourceKey: string;
  /** Equal for queries that give the same rows. */
  readonly rowsKey: string;
}

/** Null: the query has state of its own (a table, an aggregate, a join), so nobody else's rows are its. */
export function sharedPart({ root, output }: TransientPlan): SharedPart | null {
  const { base, steps } = chainBelow(root);
  if (base.kind !== 'streamSource') return null;
  return { source: base, steps, sourceKey: JSON.stringify(base), rowsKey: JSON.stringify([root, output]) };
}
