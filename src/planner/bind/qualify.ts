import { BindError } from '../../errors/index.js';
import type { Expression, Grouping, IntervalUnitArgument, Join, Query, Relation, SelectItem } from '../../parser/index.js';
import type { BoundSource } from './sources.js';
import { at, PREPARE, RESOLVE } from './located.js';
import { replaceParts, walkExpression } from './walk-expression.js';

/**
 * Writes every column name as `alias.name`, so that one text means one column from here on. Names that no source has are
 * left bare; the clause they stand in reports them. Ambiguous names are refused.
 */
export function qualifyQuery(query: Query, sources: readonly BoundSource[]): Query {
  const expression = (node: Expression): Expression => qualifyExpression(node, sources);
  const grouping = (node: Grouping | null): Grouping | null =>
    node === null ? null : { ...node, expressions: node.expressions.map(expression) };
  return {
    ...query,
    from: qualifyRelation(query.from, expression),
    select: query.select.map((item) => qualifyItem(item, sources, expression)),
    where: query.where === null ? null : expression(query.where),
    groupBy: grouping(query.groupBy),
    partitionBy: grouping(query.partitionBy),
    having: query.having === null ? null : expression(query.having),
  };
}

function qualifyRelation(relation: Relation, expression: (node: Expression) => Expression): Relation {
  if (relation.kind === 'source') return relation;
  const join: Join = { ...relation, left: qualifyRelation(relation.left, expression), on: expression(relation.on) };
  return join;
}

function qualifyItem(item: SelectItem, sources: readonly BoundSource[], expression: (node: Expression) => Expression): SelectItem {
  switch (item.kind) {
    case 'item':
      return { ...item, expression: expression(item.expression) };
    case 'structStar':
      return { ...item, base: expression(item.base) };
    case 'star':
      if (item.source !== null) checkQualifier(item.source, item.span, sources);
      return item;
  }
}

export function qualifyExpression(expression: Expression, sources: readonly BoundSource[]): Expression {
  checkLambdas(expression, []);
  return replaceParts(expression, (part) => {
    if (part.kind === 'unit') return unitAsColumn(part, sources);
    if (part.kind !== 'column') return null;
    if (part.source !== null) {
      checkQualifier(part.source, part.span, sources);
      return part;
    }
    const owners = sources.filter((source) => source.columns.some((column) => column.name === part.name));
    if (owners.length > 1) {
      const names = owners.map((owner) => `${owner.alias}.${part.name}`).sort((a, b) => (a < b ? -1 : 1));
      throw new BindError(`${RESOLVE}${at(part.span)}Column '${part.name}' is ambiguous. Could be ${names.join(' or ')}.`, {
        span: part.span,
        hint: 'Put the name of the source and a dot before the column.',
      });
    }
    const owner = owners[0];
    return owner === undefined ? part : { ...part, source: owner.alias };
  });
}

/** SECOND, MINUTE, HOUR and DAY are columns where there are such columns, else units. */
function unitAsColumn(part: IntervalUnitArgument, sources: readonly BoundSource[]): Expression | null {
  const singular = part.unit.slice(0, -1);
  if (part.span.end - part.span.start !== singular.length) return null;
  const owner = sources.find((source) => source.columns.some((column) => column.name === singular));
  return owner === undefined ? null : { kind: 'column', source: owner.alias, name: singular, span: part.span };
}

function checkQualifier(name: string, span: Expression['span'], sources: readonly BoundSource[]): void {
  if (sources.some((source) => source.alias === name || source.source.name === name)) return;
  throw new BindError(`${PREPARE}'${name}' is not a valid stream/table name or alias.`, { span, hint: 'Name a source after FROM or JOIN, or its alias.' });
}

/** Nested lambdas may not reuse a parameter name: the inner one would hide the outer one. */
function checkLambdas(expression: Expression, outer: readonly string[]): void {
  walkExpression(expression, (part) => {
    if (part.kind !== 'lambda') return true;
    const repeated = part.parameters.find((name, index) => outer.includes(name) || part.parameters.indexOf(name) !== index);
    if (repeated !== undefined) {
      throw new BindError(`${RESOLVE}Reusing lambda arguments in nested lambda is not allowed`, { span: part.span, hint: 'Choose other names for the parameters of the inner lambda.' });
    }
    checkLambdas(part.body, [...outer, ...part.parameters]);
    return false;
  });
}
