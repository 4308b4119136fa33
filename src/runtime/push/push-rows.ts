import { compileRowFunction, type EvaluationEnvironment } from '../../expr/index.js';
import type { TransientPlan } from '../../plan/index.js';
import type { Key, Row } from '../../types/index.js';
import type { OutputRow } from '../messages.js';

/** Turns rows of a push query's last step into rows for the client. Deleted rows keep what their key alone gives. */
export function outputOf(plan: TransientPlan, evaluation: EvaluationEnvironment): (key: Key | null, row: Row | null) => OutputRow {
  const project = compileRowFunction(plan.output.map((column) => column.expression), evaluation, () => undefined);
  const keys = compileRowFunction(plan.output.flatMap((column) => (column.isKey ? [column.expression] : [])), evaluation, () => undefined);
  return (key, row) => {
    if (row !== null) return { values: project(key, row), tombstone: false };
    const parts = keys(key, null);
    let next = 0;
    return { values: plan.output.map((column) => (column.isKey ? (parts[next++] ?? null) : null)), tombstone: true };
  };
}
