import { assertNever } from '../errors/index.js';
import type { Duration, Grouping, Join, JoinType, Query, Relation, SelectItem, WindowClause, Within } from './ast.js';
import { formatIdentifier } from './format-identifier.js';
import { printExpression } from './print-expression.js';

/** A query as SQL, on one line. */
export function printQuery(query: Query): string {
  const parts = [
    `SELECT ${query.select.map(printItem).join(', ')}`,
    `FROM ${printRelation(query.from)}`,
    query.window === null ? '' : `WINDOW ${printWindow(query.window)}`,
    query.where === null ? '' : `WHERE ${printExpression(query.where)}`,
    query.groupBy === null ? '' : `GROUP BY ${printGrouping(query.groupBy)}`,
    query.partitionBy === null ? '' : `PARTITION BY ${printGrouping(query.partitionBy)}`,
    query.having === null ? '' : `HAVING ${printExpression(query.having)}`,
    query.emit === null ? '' : `EMIT ${query.emit}`,
    query.limit === null ? '' : `LIMIT ${query.limit}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function printItem(item: SelectItem): string {
  switch (item.kind) {
    case 'item':
      return item.alias === null ? printExpression(item.expression) : `${printExpression(item.expression)} AS ${formatIdentifier(item.alias)}`;
    case 'star':
      return item.source === null ? '*' : `${formatIdentifier(item.source)}.*`;
    case 'structStar': {
      const text = printExpression(item.base);
      return item.base.kind === 'sign' || text.startsWith('-') ? `(${text})->*` : `${text}->*`;
    }
    default:
      return assertNever(item);
  }
}

function printRelation(relation: Relation): string {
  if (relation.kind === 'join') return `${printRelation(relation.left)} ${printJoin(relation)}`;
  const name = formatIdentifier(relation.name);
  return relation.alias === null ? name : `${name} AS ${formatIdentifier(relation.alias)}`;
}

const JOIN_WORDS: Readonly<Record<JoinType, string>> = {
  INNER: 'INNER JOIN',
  LEFT: 'LEFT OUTER JOIN',
  RIGHT: 'RIGHT OUTER JOIN',
  FULL: 'FULL OUTER JOIN',
};

function printJoin(join: Join): string {
  const within = join.within === null ? '' : ` ${printWithin(join.within)}`;
  return `${JOIN_WORDS[join.type]} ${printRelation(join.right)}${within} ON ${printExpression(join.on)}`;
}

function printWithin(within: Within): string {
  const before = printDuration(within.before);
  const after = printDuration(within.after);
  const grace = within.grace === null ? '' : ` GRACE PERIOD ${printDuration(within.grace)}`;
  return before === after ? `WITHIN ${before}${grace}` : `WITHIN (${before}, ${after})${grace}`;
}

export function printDuration(duration: Duration): string {
  return `${duration.value} ${duration.unit}`;
}

function printWindow(window: WindowClause): string {
  const size = window.type === 'SESSION' ? printDuration(window.size) : `SIZE ${printDuration(window.size)}`;
  const parts = [
    size,
    window.advance === null ? '' : `ADVANCE BY ${printDuration(window.advance)}`,
    window.retention === null ? '' : `RETENTION ${printDuration(window.retention)}`,
    window.grace === null ? '' : `GRACE PERIOD ${printDuration(window.grace)}`,
  ];
  return `${window.type} (${parts.filter((part) => part !== '').join(', ')})`;
}

function printGrouping(grouping: Grouping): string {
  const list = grouping.expressions.map(printExpression).join(', ');
  return grouping.expressions.length === 1 ? list : `(${list})`;
}
