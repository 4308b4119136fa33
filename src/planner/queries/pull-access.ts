import { assert } from '../../errors/index.js';
import type { BoundExpression } from '../../expr/index.js';
import type { Expression } from '../../parser/index.js';
import type { PullAccess, RangeBound, WindowRange } from '../../plan/index.js';
import { columnText } from '../bind/schema-text.js';
import type { Source } from '../../catalog/index.js';
import type { PlannerContext } from '../context.js';
import { flag } from '../settings.js';
import { needsScan, shownDisjunct } from '../validate/pull-query.js';
import { comparisonOf, type ColumnComparison } from './column-comparison.js';
import { disjunctsOf } from './disjuncts.js';
import { isResolvable, keyConstant } from './pull-constant.js';
import { windowRangeOf } from './pull-windows.js';

export interface PullPath {
  readonly access: PullAccess;
  readonly windows: WindowRange | null;
}

const SCAN: PullAccess = { kind: 'scan' };

/** How a WHERE clause finds its rows: by keys, by a range of keys, or by looking at all of them. */
export function pullPath(where: Expression | null, source: Source, context: PlannerContext): PullPath {
  const scans = flag(context, 'ksql.query.pull.table.scan.enabled', true);
  if (where === null) {
    if (!scans) throw needsScan('Missing WHERE clause.');
    return { access: SCAN, windows: null };
  }
  const disjuncts = disjunctsOf(where);
  const paths = disjuncts?.map((conjuncts) => disjunctPath(conjuncts, source, scans, context)) ?? null;
  const windows = source.window === null || disjuncts === null ? null : commonWindows(disjuncts, context);
  const access = paths === null ? SCAN : merge(paths, source);
  if (!scans && access.kind === 'scan') throw needsScan('Query requires table scan to be enabled.');
  return { access, windows };
}

function merge(paths: readonly PullAccess[], source: Source): PullAccess {
  const keys = new Map<string, readonly BoundExpression[]>();
  for (const path of paths) {
    if (path.kind !== 'keys') return paths.length === 1 ? path : SCAN;
    for (const key of path.keys) keys.set(JSON.stringify(key), key);
  }
  const found = [...keys.values()];
  assert(found.every((key) => key.length === source.keyColumns.length), 'a looked-up key has all of its columns');
  return { kind: 'keys', keys: found };
}

function disjunctPath(conjuncts: readonly Expression[], source: Source, scans: boolean, context: PlannerContext): PullAccess {
  const comparisons = conjuncts.flatMap((conjunct) => comparisonOf(conjunct, source) ?? []);
  const onKeys = comparisons.filter(({ column, other }) => isKey(column, source) && isResolvable(other));
  if (!scans) checkLookup(conjuncts, comparisons, onKeys, source);
  const key = source.keyColumns.map((column) => {
    const equality = onKeys.find((comparison) => comparison.column === column.name && comparison.operator === '=');
    return equality === undefined ? null : keyConstant(column, equality.other, context);
  });
  if (key.every((part) => part !== null)) return { kind: 'keys', keys: [key.flatMap((part) => (part === null ? [] : [part]))] };
  return rangeOf(onKeys, source, context) ?? SCAN;
}

function isKey(name: string, source: Source): boolean {
  return source.keyColumns.some((column) => column.name === name);
}

/** Ranges of keys follow the order of bytes, which is that of the values for text and bytes only. */
function rangeOf(comparisons: readonly ColumnComparison[], source: Source, context: PlannerContext): PullAccess | null {
  const [column] = source.keyColumns;
  if (column === undefined || source.keyColumns.length !== 1 || source.window !== null) return null;
  if (column.type.kind !== 'STRING' && column.type.kind !== 'BYTES') return null;
  if (!flag(context, 'ksql.query.pull.range.scan.enabled', true)) return null;
  let low: RangeBound | null = null;
  let high: RangeBound | null = null;
  for (const { operator, other } of comparisons) {
    const isLow = operator === '>' || operator === '>=';
    if (!isLow && operator !== '<' && operator !== '<=') continue;
    const value = keyConstant(column, other, context);
    if (value === null) return null;
    const bound: RangeBound = { value, inclusive: operator === '>=' || operator === '<=' };
    // A second bound on one side is left to the filter.
    if (isLow) low ??= bound;
    else high ??= bound;
  }
  return low === null && high === null ? null : { kind: 'range', low, high };
}

/** Without scans every alternative must be a lookup; says what is missing in the words of ksqlDB. */
function checkLookup(
  conjuncts: readonly Expression[],
  comparisons: readonly ColumnComparison[],
  onKeys: readonly ColumnComparison[],
  source: Source,
): void {
  const keyComparisons = comparisons.filter(({ column }) => isKey(column, source));
  if (keyComparisons.some(({ other }) => !isResolvable(other))) {
    throw needsScan('A comparison must be between a key column and a resolvable expression.');
  }
  if (onKeys.length === 0) {
    if (conjuncts.some((conjunct) => mentionsKey(conjunct, source))) throw needsScan('A comparison must directly reference a key column.');
    throw needsScan(`WHERE clause missing key column for disjunct: ${shownDisjunct(conjuncts)}.`);
  }
  const columns = onKeys.map(({ column }) => column);
  if (new Set(columns).size < columns.length) {
    throw needsScan('A comparison condition on the key column cannot be combined with other comparisons such as an IN predicate.');
  }
  if (onKeys.some(({ operator }) => operator === '<>' || operator === 'IS DISTINCT FROM')) {
    const shown = source.keyColumns.map((column) => columnText(column, true)).join(', ');
    throw needsScan(`Bound on key columns '[${shown}]' must currently be '='.`);
  }
  if (columns.length < source.keyColumns.length) throw needsScan('Multi-column sources must specify every key in the WHERE clause.');
}

function mentionsKey(conjunct: Expression, source: Source): boolean {
  return conjunct.kind === 'comparison' && [conjunct.left, conjunct.right].some((side) => !isResolvable(side) && namesKey(side, source));
}

function namesKey(expression: Expression, source: Source): boolean {
  if (expression.kind === 'column') return isKey(expression.name, source);
  return expression.kind === 'arithmetic' && (namesKey(expression.left, source) || namesKey(expression.right, source));
}

/** Bounds that hold for every alternative. */
function commonWindows(disjuncts: readonly (readonly Expression[])[], context: PlannerContext): WindowRange | null {
  const [first, ...rest] = disjuncts.map((conjuncts) => windowRangeOf(conjuncts, context));
  if (first === undefined || first === null) return null;
  const text = JSON.stringify(first);
  return rest.every((other) => JSON.stringify(other) === text) ? first : null;
}
