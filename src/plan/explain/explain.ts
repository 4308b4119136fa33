import { assertNever } from '../../errors/index.js';
import { render } from '../../expr/index.js';
import { formatType, quoteName } from '../../types/index.js';
import type { InternalTopic, OutputColumn, PullAccess, PullPlan, QueryPlan, RangeBound, WindowRange } from '../query-plan.js';
import { stepsBelow, stepSources, storesOf } from '../step-sources.js';
import type { Step } from '../steps/index.js';
import { stepText } from './step-text.js';
import { topologyText } from './topology-text.js';

/** A plan as people read it. */
export interface ExplainedPlan {
  /** The steps as an indented tree, the last step first. */
  readonly executionPlan: string;
  readonly topology: string;
  readonly internalTopics: readonly InternalTopic[];
  /** Names of the state stores. */
  readonly stores: readonly string[];
}

export function explainPlan(plan: QueryPlan): ExplainedPlan {
  switch (plan.kind) {
    case 'persistent':
      return { ...ofSteps(plan.root, []), internalTopics: plan.internalTopics };
    case 'transient':
      return ofSteps(plan.root, [outputText(plan.output, plan.limit)]);
    case 'streamPull':
      return explainPlan(plan.plan);
    case 'pull':
      return { executionPlan: pullText(plan), topology: '', internalTopics: [], stores: [] };
    default:
      return assertNever(plan);
  }
}

function ofSteps(root: Step, above: readonly string[]): ExplainedPlan {
  const lines = [...above.map((text) => ` > ${text}`), ...treeLines(root, above.length)];
  const stores = stepsBelow(root).flatMap((step) => storesOf(step).map((store) => store.name));
  return { executionPlan: `${lines.join('\n')}\n`, topology: topologyText(root), internalTopics: [], stores: [...new Set(stores)] };
}

function treeLines(step: Step, depth: number): readonly string[] {
  const line = `${'\t\t'.repeat(depth)} > ${stepText(step)}`;
  return [line, ...stepSources(step).flatMap((source) => treeLines(source, depth + 1))];
}

function outputText(output: readonly OutputColumn[], limit: number | null): string {
  const columns = output.map((each) => `${render(each.expression)} AS ${quoteName(each.column.name)} ${formatType(each.column.type)}`);
  return `[ CLIENT ]: ${columns.join(', ')}${limit === null ? '' : ` | LIMIT ${String(limit)}`}`;
}

function pullText(plan: PullPlan): string {
  const lines = [
    outputText(plan.output, plan.limit),
    ...(plan.filter === null ? [] : [`[ FILTER ]: ${render(plan.filter)}`]),
    `[ LOOKUP ] ${quoteName(plan.source)} of ${plan.queryId}: ${accessText(plan.access)}${windowsText(plan.windows)}`,
  ];
  return `${lines.map((line, depth) => `${'\t\t'.repeat(depth)} > ${line}`).join('\n')}\n`;
}

function accessText(access: PullAccess): string {
  switch (access.kind) {
    case 'keys':
      return `keys ${access.keys.map((key) => `(${key.map(render).join(', ')})`).join(', ')}`;
    case 'range':
      return `range ${boundText(access.low, '>')}${access.low !== null && access.high !== null ? ' and ' : ''}${boundText(access.high, '<')}`;
    case 'scan':
      return 'scan';
    default:
      return assertNever(access);
  }
}

function boundText(bound: RangeBound | null, sign: string): string {
  return bound === null ? '' : `${sign}${bound.inclusive ? '=' : ''} ${render(bound.value)}`;
}

function windowsText(windows: WindowRange | null): string {
  if (windows === null) return '';
  const range = (name: string, low: number | null, high: number | null): string =>
    low === null && high === null ? '' : `, ${name} ${low === null ? '' : String(low)}..${high === null ? '' : String(high)}`;
  return `${range('WINDOWSTART', windows.startLow, windows.startHigh)}${range('WINDOWEND', windows.endLow, windows.endHigh)}`;
}
