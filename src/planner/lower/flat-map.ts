import type { StreamFlatMap } from '../../plan/index.js';
import { columnReference, type BoundExpression } from '../../expr/index.js';
import { printExpression, type FunctionCall } from '../../parser/index.js';
import type { Column } from '../../types/index.js';
import { shownText } from '../bind/shown.js';
import { bindTableCall, distinctCalls } from './calls.js';
import type { Lowering, StreamRelation } from './relation.js';

/** Appends one column per table function call, and tells which expressions those columns stand for. */
export function lowerFlatMap(
  relation: StreamRelation,
  calls: readonly FunctionCall[],
  substitutes: ReadonlyMap<string, BoundExpression>,
  lowering: Lowering,
): { readonly relation: StreamRelation; readonly substitutes: ReadonlyMap<string, BoundExpression> } {
  if (calls.length === 0) return { relation, substitutes };
  const { layout } = relation;
  const scope = lowering.scope(layout, substitutes);
  const distinct = distinctCalls(calls);
  const functions = distinct.map((call) => bindTableCall(call, scope, lowering.context.functions));
  const columns: Column[] = functions.map((call, index) => ({ name: `KSQL_SYNTH_${String(index)}`, type: call.type }));
  const schema = { ...layout.schema, value: [...layout.schema.value, ...columns] };
  const step: StreamFlatMap = { kind: 'streamFlatMap', version: 1, name: 'FlatMap', schema, source: relation.step, functions };
  const offset = layout.schema.value.length;
  const produced = distinct.map((call, index): [string, BoundExpression] => {
    const type = functions[index]?.type ?? { kind: 'STRING' };
    return [printExpression(call), columnReference('value', offset + index, { name: shownText(call, lowering.analysis.isJoin), type })];
  });
  return { relation: { ...relation, step, layout: { ...layout, schema } }, substitutes: new Map([...substitutes, ...produced]) };
}
