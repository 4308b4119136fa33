import { BindError } from '../../errors/index.js';
import { printExpression, type Expression, type Join, type JoinType, type Relation, type Within } from '../../parser/index.js';
import { quoteName } from '../../types/index.js';
import { leavesOf, type BoundSource } from './sources.js';
import { walkExpression } from './walk-expression.js';

/** One join of a left-deep tree, its condition turned so that `rightExpression` reads the newly added source. */
export interface BoundJoin {
  readonly type: JoinType;
  /** The sources to the left, in order. */
  readonly left: readonly BoundSource[];
  readonly right: BoundSource;
  /** The one source that the left side of the condition reads. */
  readonly leftSource: BoundSource;
  readonly leftExpression: Expression;
  readonly rightExpression: Expression;
  readonly within: Within | null;
  /** The condition as written (qualified), for messages. */
  readonly condition: Expression;
}

/** The joins of a FROM clause, innermost first; empty for a single source. */
export function bindJoins(relation: Relation, sources: readonly BoundSource[]): readonly BoundJoin[] {
  if (relation.kind === 'source') return [];
  const count = leavesOf(relation.left).length;
  const right = sources[count];
  if (right === undefined) return [];
  return [...bindJoins(relation.left, sources), bindJoin(relation, sources.slice(0, count), right)];
}

/** Every source may stand in a query once. Checked before names are resolved: they would all be ambiguous. */
export function checkDistinctSources(sources: readonly BoundSource[]): void {
  const repeated = sources.find((source, index) => sources.findIndex((other) => other.source.name === source.source.name) !== index);
  if (repeated === undefined) return;
  const { name } = repeated.source;
  throw new BindError(
    sources.length === 2
      ? `Can not join '${name}' to '${name}': self joins are not yet supported.`
      : `N-way joins do not support multiple occurrences of the same source. Source: '${name}'.`,
    { span: repeated.node.span, hint: 'Read the topic under another name, with a second CREATE over it, and join that.' });
}

function bindJoin(join: Join, left: readonly BoundSource[], right: BoundSource): BoundJoin {
  const { on } = join;
  if (on.kind === 'logical') {
    throw new BindError(`Invalid join condition: joins on multiple conditions are not yet supported. Got ${printExpression(on)}.`, { span: on.span, hint: 'Join on one equality and put the others into WHERE.' });
  }
  if (on.kind !== 'comparison' || on.operator !== '=') {
    throw new BindError(`Unsupported join expression: ${printExpression(on)}`, { span: on.span, hint: 'Write ON <left> = <right>.' });
  }
  const all = [...left, right];
  const [first, second] = [onlySource(on.left, on, all), onlySource(on.right, on, all)];
  if (first === second) {
    throw new BindError(
      'Each side of the join must reference exactly one source and not the same source. ' +
        `Left side references ${quoteName(first.alias)} and right references ${quoteName(second.alias)}`,
      { span: on.span, hint: 'Compare a column of one source with a column of the other.' });
  }
  if (first !== right && second !== right) {
    throw new BindError(
      `A join criteria is expected to reference the source (${quoteName(right.alias)}) in the FROM clause, instead the right source references ` +
        `${quoteName(second.alias)} and the left source references ${quoteName(first.alias)}`,
      { span: on.span, hint: 'Name the joined source on one side of its condition.' });
  }
  const flipped = first === right;
  return {
    type: join.type,
    left,
    right,
    leftSource: flipped ? second : first,
    leftExpression: flipped ? on.right : on.left,
    rightExpression: flipped ? on.left : on.right,
    within: join.within,
    condition: on,
  };
}

function onlySource(side: Expression, condition: Expression, sources: readonly BoundSource[]): BoundSource {
  const found = new Set<string>();
  walkExpression(side, (part) => {
    if (part.kind === 'column' && part.source !== null) found.add(part.source);
  });
  const [only] = [...found];
  const source = found.size === 1 ? sources.find((each) => each.alias === only) : undefined;
  if (source === undefined) {
    throw new BindError(
      `Invalid comparison expression '${printExpression(side)}' in join '${printExpression(condition)}'. ` +
        'Each side of the join comparision must contain references from exactly one source.',
      { span: side.span, hint: 'Write expressions over one source on each side of the equals sign.' });
  }
  return source;
}
