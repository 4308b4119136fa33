import type { OutputColumn, PersistentPlan, PullPlan } from '../../plan/index.js';
import { RequestError } from '../../errors/index.js';
import type { OutputRow, PreparedPull, RowStream, StreamEnd } from '../../runtime/index.js';
import { BIGINT, type Column } from '../../types/index.js';
import type { Evaluator } from './evaluator.js';
import { WrappedStream } from './wrapped-stream.js';

/** A pull query cut in two: rows as they are, read where they are; filter and projection, evaluated where functions may run. */
export interface CutPull {
  readonly rows: PullPlan;
  readonly keyColumns: number;
}

export function cutPull(plan: PullPlan, owner: PersistentPlan): CutPull {
  if (owner.materialization === null) throw new RequestError('BAD_REQUEST', `Query ${owner.queryId} keeps no table that can be queried`);
  const { key, value, window } = owner.materialization.schema;
  const bounds: readonly Column[] = window === null ? [] : [{ name: 'WINDOWSTART', type: BIGINT }, { name: 'WINDOWEND', type: BIGINT }];
  const keys = [...key, ...bounds].map((column, index) => identity(column, 'key', index));
  const values = [...value, { name: 'ROWTIME', type: BIGINT }].map((column, index) => identity(column, 'value', index));
  return { rows: { ...plan, filter: null, output: [...keys, ...values], limit: null }, keyColumns: keys.length };
}

function identity(column: Column, side: 'key' | 'value', index: number): OutputColumn {
  return { column, isKey: side === 'key', expression: { kind: 'column', type: column.type, side, index, name: column.name } };
}

/** Joins the halves again. */
export function isolatedPull(plan: PullPlan, cut: CutPull, rows: PreparedPull, evaluator: Evaluator): PreparedPull {
  return { execute: (parameters) => evaluated(plan, cut, rows.execute(parameters), evaluator), close: () => rows.close() };
}

function evaluated(plan: PullPlan, { keyColumns }: CutPull, rows: RowStream, evaluator: Evaluator): RowStream {
  const output = plan.output.map((column) => column.expression);
  async function* chunks(): AsyncGenerator<readonly OutputRow[], StreamEnd> {
    let left = plan.limit ?? Infinity;
    try {
      for await (const chunk of rows) {
        if (left <= 0) break;
        const found = await evaluator.evaluate({ filter: plan.filter, output, keyColumns, rows: chunk.map((row) => row.values), failures: 'null' });
        const passed = found.flatMap((values) => (values === null ? [] : [{ values, tombstone: false }])).slice(0, left);
        left -= passed.length;
        if (passed.length > 0) yield passed;
      }
      return 'complete';
    } finally {
      rows.cancel();
    }
  }
  return new WrappedStream({ started: Promise.resolve(), chunks: chunks(), reached: () => rows.reached, cancel: () => rows.cancel() });
}

