import { assertNever } from '../../errors/index.js';
import { render, type BoundAggregateCall, type BoundExpression } from '../../expr/index.js';
import { formatType, quoteName, type RowSchema } from '../../types/index.js';
import type { FormatInfo } from '../format-info.js';
import type { Formats, Step, WindowSpec } from '../steps/index.js';

/** One line about a step: what it is, what it computes, and the rows it gives. */
export function stepText(step: Step): string {
  const details = detailsOf(step);
  return `[ ${TITLES[step.kind]} ] ${step.name}${details === '' ? '' : `: ${details}`} | ${rowText(step.schema)}`;
}

const TITLES: Readonly<Record<Step['kind'], string>> = {
  streamSource: 'STREAM', tableSource: 'TABLE', streamFilter: 'FILTER', tableFilter: 'FILTER', streamSelect: 'SELECT', tableSelect: 'SELECT',
  streamSelectKey: 'REKEY', streamFlatMap: 'FLAT MAP', streamGroupBy: 'GROUP BY', tableGroupBy: 'GROUP BY', streamRepartition: 'REPARTITION',
  tableRepartition: 'REPARTITION', tableMaterialize: 'MATERIALIZE', streamAggregate: 'AGGREGATE', streamWindowedAggregate: 'WINDOWED AGGREGATE',
  tableAggregate: 'AGGREGATE', streamTableJoin: 'STREAM-TABLE JOIN', streamStreamJoin: 'STREAM-STREAM JOIN', tableTableJoin: 'TABLE-TABLE JOIN',
  foreignKeyJoin: 'FOREIGN-KEY JOIN', streamSink: 'SINK', tableSink: 'SINK',
};

function detailsOf(step: Step): string {
  switch (step.kind) {
    case 'streamSource':
    case 'tableSource':
      return `${quoteName(step.sourceName)} from topic ${step.topic} (${formatsText(step.formats)})${timestampText(step.timestamp)}`;
    case 'streamFilter':
    case 'tableFilter':
      return render(step.predicate);
    case 'streamSelect':
    case 'tableSelect':
    case 'streamSelectKey':
    case 'streamGroupBy':
      return listText(step.expressions);
    case 'streamFlatMap':
      return step.functions.map((call) => `${call.name}(${listText(call.arguments)})`).join(', ');
    case 'tableGroupBy':
      return `${listText(step.expressions)} through ${step.topic} (${formatsText(step.formats)})`;
    case 'streamRepartition':
    case 'tableRepartition':
      return `through ${step.topic} (${formatsText(step.formats)})`;
    case 'tableMaterialize':
      return `in ${step.store.name}`;
    case 'streamAggregate':
    case 'tableAggregate':
      return `${step.aggregates.map(aggregateText).join(', ')} in ${step.store.name} (${formatsText(step.store.formats)})`;
    case 'streamWindowedAggregate':
      return `${step.aggregates.map(aggregateText).join(', ')} in ${step.store.name}, ${windowText(step.window)}${step.emitFinal ? ', final' : ''}`;
    case 'streamTableJoin':
    case 'tableTableJoin':
      return `${step.type}${step.swapped ? ' swapped' : ''}`;
    case 'streamStreamJoin':
      return `${step.type}${step.swapped ? ' swapped' : ''} within (${ms(step.beforeMs)}, ${ms(step.afterMs)}) grace ${ms(step.graceMs)}${step.explicitGrace ? '' : ' (default)'}`;
    case 'foreignKeyJoin':
      return `${step.type} on ${render(step.foreignKey)}`;
    case 'streamSink':
    case 'tableSink':
      return `topic ${step.topic} (${formatsText(step.formats)})${timestampText(step.timestamp)}`;
    default:
      return assertNever(step);
  }
}

function listText(expressions: readonly BoundExpression[]): string {
  return expressions.map(render).join(', ');
}

function aggregateText(call: BoundAggregateCall): string {
  const literals = call.literals.map((literal) => render({ kind: 'literal', ...literal }));
  return `${call.name}(${[...call.arguments.map(render), ...literals].join(', ')})`;
}

function ms(value: number): string {
  return `${String(value)} ms`;
}

function windowText(window: WindowSpec): string {
  const shape =
    window.type === 'SESSION'
      ? `gap ${ms(window.gapMs)}`
      : `size ${ms(window.sizeMs)}${window.type === 'HOPPING' ? `, advance ${ms(window.advanceMs)}` : ''}`;
  return `${window.type} (${shape}, grace ${ms(window.graceMs)}, retention ${ms(window.retentionMs)})`;
}

function timestampText(timestamp: { readonly name: string; readonly format: string | null } | null): string {
  if (timestamp === null) return '';
  return `, time from ${quoteName(timestamp.name)}${timestamp.format === null ? '' : ` as ${timestamp.format}`}`;
}

function formatsText(formats: Formats): string {
  return `${formatText(formats.key)}, ${formatText(formats.value)}`;
}

function formatText(format: FormatInfo): string {
  return format.features.length === 0 ? format.name : `${format.name} ${format.features.join(' ')}`;
}

/** Key and value columns; a windowed key is followed by its window. */
export function rowText(schema: RowSchema): string {
  const key = schema.key.map((column) => `${quoteName(column.name)} ${formatType(column.type)} KEY`);
  const window = schema.window === null ? [] : [`${schema.window.type} WINDOW`];
  return [...key, ...window, ...schema.value.map((column) => `${quoteName(column.name)} ${formatType(column.type)}`)].join(', ');
}
