import { aggregateVariantOf, compileRowFunction, fromJsonValue, render, tableVariantOf, typeOf, type BoundAggregateCall, type BoundExpression } from '../../expr/index.js';
import type { BoundAggregate } from '../../functions/index.js';
import type { StreamAggregate, StreamFlatMap, StreamWindowedAggregate, TableAggregate, TableStep } from '../../plan/index.js';
import { STRING, type Key, type Long, type Row, type SqlType, type SqlValue } from '../../types/index.js';
import { aggregateResult } from '../operators/aggregate-row.js';
import type { AggregatePieces, FlatMapPieces, SidePieces, TableView } from '../operators/pieces.js';
import { reporter, type CompileEnvironment } from './compiler.js';
import { chainBelow } from './required-columns.js';
import { compileRowMap, type RowMap } from './table-segment.js';

export type AggregateStep = StreamAggregate | StreamWindowedAggregate | TableAggregate;

/** Values of some expressions; failures are logged under the step and give null. */
export function compileValues(
  environment: CompileEnvironment,
  step: string,
  expressions: readonly BoundExpression[],
): (key: Key | null, row: Row | null) => SqlValue[] {
  const places = expressions.map((expression) => ({ step, text: render(expression) }));
  return compileRowFunction(expressions, environment.evaluation, reporter(environment.log, places));
}

export function aggregatePieces(environment: CompileEnvironment, step: AggregateStep, nextSequence: () => Long): AggregatePieces {
  return {
    aggregates: step.aggregates.map((call) => {
      const [only] = call.arguments;
      const column = call.arguments.length === 1 && only?.kind === 'column' && only.side === 'value' ? only.index : null;
      return { bound: bindAggregate(environment, call, nextSequence), arguments: compileValues(environment, step.name, call.arguments), column };
    }),
  };
}

function bindAggregate(environment: CompileEnvironment, call: BoundAggregateCall, nextSequence: () => Long): BoundAggregate {
  const { functions, context } = environment.evaluation;
  return aggregateVariantOf(call, functions).bind({
    // A literal without type is never read as anything but null, so any type will do.
    argumentTypes: call.arguments.map((argument): SqlType => typeOf(argument) ?? STRING),
    literals: call.literals.map((literal) => fromJsonValue(literal.value)),
    context,
    nextSequence,
  });
}

export function flatMapPieces(environment: CompileEnvironment, step: StreamFlatMap): FlatMapPieces {
  return {
    functions: step.functions.map((call) => {
      const { functions, context } = environment.evaluation;
      const evaluate = tableVariantOf(call, functions).bind({
        argumentTypes: call.arguments.map((argument) => typeOf(argument) ?? { kind: 'NULL' }),
        returnType: call.type,
        constants: call.arguments.map((argument) => (argument.kind === 'literal' ? fromJsonValue(argument.value) : undefined)),
        context,
      });
      const report = reporter(environment.log, [...call.arguments.map(render), call.name].map((text) => ({ step: step.name, text })));
      let failed = false;
      const values = compileRowFunction(call.arguments, environment.evaluation, (place, error) => {
        failed = true;
        report(place, error);
      });
      return (key: Key | null, row: Row) => {
        failed = false;
        const given = values(key, row);
        // An argument that fails is no null: the function is not called, and gives no rows.
        if (failed) return null;
        try {
          return evaluate(...given);
        } catch (error) {
          report(call.arguments.length, error);
          return null;
        }
      };
    }),
  };
}

/** Key of the right table from a left row. */
export function foreignKeyOf(environment: CompileEnvironment, step: string, expression: BoundExpression): (key: Key, row: Row) => SqlValue {
  const values = compileValues(environment, step, [expression]);
  return (key, row) => values(key, row)[0] ?? null;
}

/** The store that holds the rows of a table and what must be applied to them; null: no store below holds them. */
export function viewOf(environment: CompileEnvironment, table: TableStep): TableView | null {
  const { base, steps } = chainBelow(table);
  const map = compileRowMap(environment, steps);
  switch (base.kind) {
    case 'tableSource':
    case 'tableMaterialize':
    case 'tableRepartition':
      return { store: base.store.name, view: map };
    case 'streamAggregate':
    case 'streamWindowedAggregate':
    case 'tableAggregate':
      return { store: base.store.name, view: overResult(environment, base, map) };
    default:
      return null;
  }
}

/** Aggregates store their states; readers see results. */
function overResult(environment: CompileEnvironment, step: AggregateStep, map: RowMap | null): RowMap {
  const result = aggregateResult(step, aggregatePieces(environment, step, () => 0));
  return map === null ? (_key, row) => result(row) : (key, row, timestamp) => map(key, result(row), timestamp);
}

/** A side of a join of tables: read from its own materialization, else from the store that the join keeps for it. */
export function sidePieces(environment: CompileEnvironment, table: TableStep, ownStore: string): SidePieces {
  const view = viewOf(environment, table);
  return view === null ? { store: ownStore, view: null, owned: true } : { ...view, owned: false };
}

