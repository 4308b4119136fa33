import type { Emit } from '../operators/operator.js';
import { SegmentBuilder, type CompileEnvironment } from './compiler.js';
import { emitChain } from './emit-chain.js';
import type { StatelessStep } from './required-columns.js';
import type { RowState } from './row-state.js';

/** Makes the function for one task: what it is given goes to `down`. */
export type SegmentFactory = (down: Emit) => Emit;

/** The stateless steps between an operator (or an exchange) that emits stream rows and what comes next, as one function. */
export function compileStreamSegment(environment: CompileEnvironment, steps: readonly StatelessStep[]): SegmentFactory {
  if (steps.length === 0) return (down) => down;
  const segment = new SegmentBuilder(environment);
  const { builder } = segment;
  builder.block('return (key, row, old, timestamp) =>', () => {
    builder.block('if (row === null)', () => {
      finish(segment, steps, { ...INPUT, isNullRow: true, row: () => 'null' });
      builder.line('return;');
    });
    finish(segment, steps, INPUT);
  });
  return segment.build<SegmentFactory>(steps.map((step) => step.name), ['down']);
}

function finish(segment: SegmentBuilder, steps: readonly StatelessStep[], start: RowState): void {
  const end = emitChain(segment, steps, start);
  if (end !== null) segment.builder.line(`down(${end.key()}, ${end.row()}, undefined, ${end.timestamp});`);
}

const INPUT: RowState = {
  scope: { column: (side, index) => (side === 'key' ? `key === null ? null : key[${index}]` : `row[${index}]`) },
  isNullRow: false,
  key: () => 'key',
  row: () => 'row',
  timestamp: 'timestamp',
};
