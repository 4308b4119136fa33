import type { FormatInfo, StreamSink, TableMaterialize, TableSink, TableStep } from '../../plan/index.js';
import type { FunctionCatalogue } from '../../functions/index.js';
import { childrenOf, type BoundExpression } from '../../expr/index.js';
import type { Lowering, Relation, TableRelation } from './relation.js';
import { internalValue } from './rekey.js';
import { timestampColumn } from './source.js';

export interface SinkTarget {
  readonly name: string;
  readonly topic: string;
  readonly keyFormat: FormatInfo;
  readonly valueFormat: FormatInfo;
  readonly timestamp: Parameters<typeof timestampColumn>[0];
}

export function lowerSink(relation: Relation, target: SinkTarget): StreamSink | TableSink {
  const { schema } = relation.layout;
  const base = {
    version: 1 as const,
    name: target.name,
    schema,
    topic: target.topic,
    formats: { key: target.keyFormat, value: target.valueFormat },
    sinkName: target.name,
    timestamp: timestampColumn(target.timestamp, schema.key, schema.value),
  };
  return relation.kind === 'stream'
    ? { ...base, kind: 'streamSink', source: relation.step }
    : { ...base, kind: 'tableSink', source: relation.step };
}

/**
 * The store that holds a table's rows: the nearest one below, when what stands above gives the same row whenever it is
 * computed; else one is added on top. Pull queries read it through the steps above.
 */
export function materialize(relation: TableRelation, lowering: Lowering): { readonly relation: TableRelation; readonly storeName: string } {
  const owner = storeBelow(relation.step, lowering.context.functions);
  if (owner !== null) return { relation, storeName: owner };
  const { schema } = relation.layout;
  const store = lowering.store('Project', schema, { key: relation.keyFormat, value: internalValue(relation.valueFormat) }, relation.partitionsOf);
  const step: TableMaterialize = { kind: 'tableMaterialize', version: 1, name: 'Project-Materialize', schema, source: relation.step, store };
  return { relation: { ...relation, step }, storeName: store.name };
}

function storeBelow(step: TableStep, functions: FunctionCatalogue): string | null {
  switch (step.kind) {
    case 'tableFilter':
      return isRepeatable(step.predicate, functions) ? storeBelow(step.source, functions) : null;
    case 'tableSelect':
      return step.expressions.every((expression) => isRepeatable(expression, functions)) ? storeBelow(step.source, functions) : null;
    case 'tableTableJoin':
    case 'foreignKeyJoin':
      return null;
    default:
      return step.store.name;
  }
}

/** Gives the same value for the same row at any time. */
function isRepeatable(expression: BoundExpression, functions: FunctionCatalogue): boolean {
  if (expression.kind === 'call') {
    const entry = functions.find(expression.name);
    if (entry?.kind === 'scalar' && !entry.deterministic) return false;
  }
  return childrenOf(expression).every((child) => isRepeatable(child, functions));
}
