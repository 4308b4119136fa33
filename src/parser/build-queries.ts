import type { CstNode } from 'chevrotain';
import { ParseError } from '../errors/index.js';
import type {
  AliasedSource, Duration, Grouping, Join, JoinType, Query, Relation, SelectItem, WindowClause, Within,
} from './ast.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';
import { buildExpression, buildValue, checkQualifier, isPrimary } from './build-expressions.js';
import { buildDuration, buildWhole } from './build-literals.js';
import { buildSourceName } from './build-names.js';
import { lineColumn } from './source-text.js';

/** `query`. The relation comes first: it says which qualifiers there are. */
export function buildQuery(outer: BuildContext, node: CstNode): Query {
  const from = buildRelation(outer, cst.child(node, 'relation'));
  const context: BuildContext = { ...outer, qualifiers: new Set(qualifiersOf(from.relation)) };
  const where = cst.optionalChild(node, 'where');
  const having = cst.optionalChild(node, 'having');
  const groupBy = cst.optionalChild(node, 'groupBy');
  const partitionBy = cst.optionalChild(node, 'partitionBy');
  const window = cst.optionalChild(node, 'window');
  const tail = cst.child(node, 'emitAndLimit');
  const emit = cst.optionalToken(tail, 'emit');
  const limit = cst.optionalChild(tail, 'number');
  return {
    kind: 'query',
    select: cst.children(node, 'selectItem').map((item) => buildSelectItem(context, item)),
    from: from.finish(context),
    window: window === null ? null : buildWindow(context, window),
    where: where === null ? null : buildExpression(context, where),
    groupBy: groupBy === null ? null : buildGrouping(context, groupBy),
    partitionBy: partitionBy === null ? null : buildGrouping(context, partitionBy),
    having: having === null ? null : buildExpression(context, having),
    emit: emit === null ? null : emit.image.toUpperCase() === 'FINAL' ? 'FINAL' : 'CHANGES',
    limit: limit === null ? null : buildWhole(context, limit, 'LIMIT'),
    span: cst.nodeSpan(context, node),
  };
}

function buildSelectItem(context: BuildContext, node: CstNode): SelectItem {
  const span = cst.nodeSpan(context, node);
  if (cst.has(node, 'star')) {
    const qualifier = cst.optionalToken(node, 'qualifier');
    if (qualifier === null) return { kind: 'star', source: null, span };
    const source = cst.nameOf(context, qualifier);
    checkQualifier(context, source, qualifier);
    return { kind: 'star', source, span };
  }
  const part = cst.child(node, 'expression');
  const expression = buildExpression(context, part);
  const structStar = cst.optionalToken(node, 'structStar');
  if (structStar === null) {
    const alias = cst.optionalToken(node, 'alias');
    return { kind: 'item', expression, alias: alias === null ? null : cst.nameOf(context, alias), span };
  }
  if (isPrimary(part)) return { kind: 'structStar', base: expression, span };
  const at = cst.tokenSpan(context, structStar);
  throw new ParseError(`line ${lineColumn(at)}: Syntax Error\nSyntax error at or near '*' at line ${lineColumn(at)}`, {
    span: at, hint: 'Put the expression before "->*" in parentheses.',
  });
}

function buildGrouping(context: BuildContext, node: CstNode): Grouping {
  const list = cst.optionalChild(node, 'valueList');
  const expressions = list === null ? [] : cst.children(list, 'value').map((value) => buildValue(context, value));
  return { kind: 'grouping', expressions, span: cst.nodeSpan(context, node) };
}

// ---------------------------------------------------------------- relations

interface NamedJoin {
  readonly node: CstNode;
  readonly right: AliasedSource;
}

/** A relation whose sources are known, but whose ON conditions wait until all qualifiers are. */
function buildRelation(context: BuildContext, node: CstNode): { relation: readonly AliasedSource[]; finish: (inner: BuildContext) => Relation } {
  const first = buildAliasedSource(context, cst.child(node, 'aliasedSource'));
  const joins = cst.children(node, 'join').map((join): NamedJoin => ({ node: join, right: buildAliasedSource(context, cst.child(join, 'aliasedSource')) }));
  return {
    relation: [first, ...joins.map((join) => join.right)],
    finish: (inner) => joins.reduce<Relation>((left, join) => buildJoin(inner, left, join), first),
  };
}

function qualifiersOf(sources: readonly AliasedSource[]): string[] {
  return sources.flatMap((source) => (source.alias === null ? [source.name] : [source.name, source.alias]));
}

function buildAliasedSource(context: BuildContext, node: CstNode): AliasedSource {
  const alias = cst.optionalToken(node, 'alias');
  return {
    kind: 'source',
    name: buildSourceName(context, cst.token(node, 'source')),
    alias: alias === null ? null : buildSourceName(context, alias),
    span: cst.nodeSpan(context, node),
  };
}

function buildJoin(context: BuildContext, left: Relation, join: NamedJoin): Join {
  const within = cst.optionalChild(join.node, 'within');
  return {
    kind: 'join',
    type: joinTypeOf(join.node),
    left,
    right: join.right,
    within: within === null ? null : buildWithin(context, within),
    on: buildExpression(context, cst.child(join.node, 'expression')),
    span: cst.joinSpans(left.span, cst.nodeSpan(context, join.node)),
  };
}

function joinTypeOf(node: CstNode): JoinType {
  const type = cst.optionalChild(node, 'joinType');
  const word = type === null ? 'INNER' : cst.token(type, 'word').image.toUpperCase();
  return word === 'LEFT' || word === 'RIGHT' || word === 'FULL' ? word : 'INNER';
}

function buildWithin(context: BuildContext, node: CstNode): Within {
  const before = buildDuration(context, cst.child(node, 'before'), 'WITHIN');
  const after = cst.optionalChild(node, 'after');
  const grace = buildGrace(context, node);
  if (grace !== null && grace.value < 0) throw cst.prepareError(grace.span, 'Grace period must not be negative.', 'Write a grace period from 0 on.');
  return { kind: 'within', before, after: after === null ? before : buildDuration(context, after, 'WITHIN'), grace, span: cst.nodeSpan(context, node) };
}

function buildGrace(context: BuildContext, node: CstNode): Duration | null {
  const grace = cst.optionalChild(node, 'gracePeriod');
  return grace === null ? null : buildDuration(context, cst.child(grace, 'duration'), 'GRACE PERIOD');
}

// ---------------------------------------------------------------- windows

/** The name before the kind of window means nothing and is dropped. */
function buildWindow(context: BuildContext, node: CstNode): WindowClause {
  const kind = cst.optionalChild(node, 'tumbling') ?? cst.optionalChild(node, 'hopping') ?? cst.child(node, 'session');
  const advance = cst.optionalChild(kind, 'advance');
  const tail = cst.child(kind, 'windowTail');
  const retention = cst.optionalChild(tail, 'retention');
  const grace = buildGrace(context, tail);
  if (grace !== null && grace.value < 0) throw cst.prepareError(grace.span, 'Grace period must not be negative.', 'Write a grace period from 0 on.');
  return {
    kind: 'window',
    type: kind.name === 'tumbling' ? 'TUMBLING' : kind.name === 'hopping' ? 'HOPPING' : 'SESSION',
    size: buildDuration(context, cst.child(kind, 'size'), 'SIZE'),
    advance: advance === null ? null : buildDuration(context, advance, 'ADVANCE BY'),
    retention: retention === null ? null : buildDuration(context, retention, 'RETENTION'),
    grace,
    span: cst.nodeSpan(context, node),
  };
}
