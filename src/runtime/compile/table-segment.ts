import type { Key, Row } from '../../types/index.js';
import type { Emit } from '../operators/operator.js';
import { SegmentBuilder, type CompileEnvironment } from './compiler.js';
import { emitChain } from './emit-chain.js';
import type { StatelessStep } from './required-columns.js';
import type { RowState } from './row-state.js';
import type { SegmentFactory } from './stream-segment.js';

/** A row as the steps leave it; null where a filter refuses it. */
export type RowMap = (key: Key, row: Row, timestamp: number) => Row | null;

/** The stateless steps above a table as a function of one row: what readers of its store apply. null: no steps. */
export function compileRowMap(environment: CompileEnvironment, steps: readonly StatelessStep[]): RowMap | null {
  if (steps.length === 0) return null;
  const segment = new SegmentBuilder(environment);
  const { builder } = segment;
  // Filters leave by `return;`: the caller turns undefined into null.
  const end = emitChain(segment, steps, INPUT);
  builder.line(`return ${end === null ? 'null' : end.row()};`);
  const map = segment.build<(key: Key, row: Row, timestamp: number) => Row | null | undefined>(steps.map((step) => step.name), ['key', 'row', 'timestamp']);
  return (key, row, timestamp) => map(key, row, timestamp) ?? null;
}

const INPUT: RowState = {
  scope: { column: (side, index) => (side === 'key' ? `key[${index}]` : `row[${index}]`) },
  isNullRow: false,
  key: () => 'key',
  row: () => 'row',
  timestamp: 'timestamp',
};

/**
 * The stateless steps over changes. A row that a filter refuses becomes a delete, which is forwarded only if the previous row
 * passed (or is not known); without filters a delete is forwarded as it is. `quiet` evaluates old rows: their failures were logged when new.
 */
export function compileTableSegment(environment: CompileEnvironment, steps: readonly StatelessStep[], needsOld: boolean): SegmentFactory {
  const map = compileRowMap(environment, steps);
  if (map === null) return (down) => down;
  const hasFilter = steps.some((step) => step.kind === 'tableFilter');
  const quiet = hasFilter || needsOld ? compileRowMap({ ...environment, log: environment.log.silent() }, steps) : null;
  return (down): Emit => (key, row, old, timestamp) => {
    if (key === null) return;
    const mapped = row === null ? null : map(key, row, timestamp);
    const before = quiet === null || old === null || old === undefined ? null : quiet(key, old, timestamp);
    // Where the old row is not known (results of a foreign-key join), every delete is forwarded, as in ksqlDB.
    if (hasFilter && mapped === null && before === null && old !== undefined) return;
    down(key, mapped, old === undefined ? undefined : before, timestamp);
  };
}
