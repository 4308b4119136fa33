import { PlanError } from '../../errors/index.js';
import type { Source } from '../../catalog/index.js';
import type { SourceKind } from '../../parser/index.js';
import type { PlannerContext } from '../context.js';
import type { PlannedNothing } from '../planned-statement.js';
import { flag } from '../settings.js';

interface Creation {
  readonly name: string;
  readonly sourceKind: SourceKind;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly readOnly: boolean;
}

/** What to do about a source of the same name: nothing (IF NOT EXISTS), replace it, or there is none. Else refuses. */
export function resolveNameClash(creation: Creation, context: PlannerContext): PlannedNothing | Source | null {
  const { name, sourceKind } = creation;
  const kind = sourceKind.toLowerCase();
  const existing = context.catalog.sources.get(name) ?? null;
  if (creation.orReplace) {
    if (!flag(context, 'ksql.create.or.replace.enabled', true)) {
      throw new PlanError('Cannot create or replace: the feature is disabled by ksql.create.or.replace.enabled.', { hint: 'Set ksql.create.or.replace.enabled=true on the server, or drop the source first.' });
    }
    if (creation.readOnly || existing?.readOnly === true) {
      throw new PlanError(`Cannot add ${kind} '${name}': CREATE OR REPLACE is not supported on source ${kind}s.`, { hint: 'Drop it and create it again.' });
    }
    return existing;
  }
  if (existing === null) return null;
  const message = `Cannot add ${kind} '${name}': A ${existing.kind.toLowerCase()} with the same name already exists`;
  if (creation.ifNotExists) return { kind: 'nothing', message: `${message}.` };
  throw new PlanError(message, { hint: 'Drop it first, or write CREATE OR REPLACE.' });
}
