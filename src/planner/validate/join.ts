import { PlanError } from '../../errors/index.js';
import { printExpression } from '../../parser/index.js';
import { formatType, quoteName, typesEqual, type SqlType } from '../../types/index.js';
import { isOnlyKey } from '../bind/join-key.js';
import type { BoundJoin } from '../bind/join.js';
import { columnKey, type Relation } from '../lower/relation.js';

export type JoinShape = 'stream-stream' | 'stream-table' | 'table-table' | 'foreign-key';

const TYPE_TEXT = { INNER: '[INNER] JOIN', LEFT: 'LEFT [OUTER] JOIN', RIGHT: 'RIGHT [OUTER] JOIN', FULL: '[FULL] OUTER JOIN' } as const;

/** What kind of join this is; refuses kinds, windows and conditions that cannot be joined. */
export function checkJoin(join: BoundJoin, left: Relation, isInnermost: boolean): JoinShape {
  const rightKind = join.right.source.kind;
  if (left.kind === 'stream' && rightKind === 'STREAM') return checkStreams(join);
  if (left.kind === 'stream') return checkStreamTable(join);
  if (rightKind === 'STREAM') {
    throw new PlanError(`Invalid join order: table-stream joins are not supported; only stream-table joins. Got ${joinText(join)}.`, { hint: 'Put the stream first and the table after JOIN.' });
  }
  return checkTables(join, left, isInnermost);
}

function joinText(join: BoundJoin): string {
  return `${join.leftSource.source.name} ${TYPE_TEXT[join.type]} ${join.right.source.name}`;
}

function checkStreams(join: BoundJoin): JoinShape {
  if (join.within === null) {
    throw new PlanError(
      'Stream-Stream joins must have a WITHIN clause specified. None was provided. To learn about how to specify a WITHIN clause with a ' +
        'stream-stream join, please visit: https://docs.confluent.io/current/ksql/docs/syntax-reference.html#create-stream-as-select', { hint: 'Write JOIN s2 WITHIN 1 HOUR ON …, for example.' });
  }
  return 'stream-stream';
}

function refuseWithin(join: BoundJoin, kind: string): void {
  if (join.within === null) return;
  throw new PlanError(
    `A window definition was provided for a ${kind} join. These joins are not windowed. Please drop the window definition ` +
      '(ie. the WITHIN clause) and try to execute your join again.', { hint: 'Leave WITHIN out.' });
}

function checkStreamTable(join: BoundJoin): JoinShape {
  refuseWithin(join, 'Stream-Table');
  if (join.type === 'FULL') {
    throw new PlanError(`Invalid join type: full-outer join not supported for stream-table join. Got ${joinText(join)}.`, { hint: 'Write LEFT JOIN or JOIN.' });
  }
  if (join.type === 'RIGHT') throw new PlanError(`Invalid join type encountered: ${TYPE_TEXT.RIGHT}`, { hint: 'Swap the sources and write LEFT JOIN.' });
  if (!isOnlyKey(join.rightExpression, join.right.source.keyColumns)) {
    throw new PlanError(`Invalid join condition: stream-table joins require to join on the table's primary key. Got ${conditionText(join)}.`, { hint: "Compare with the table's primary key." });
  }
  return 'stream-table';
}

function checkTables(join: BoundJoin, left: Relation, isInnermost: boolean): JoinShape {
  refuseWithin(join, 'Table-Table');
  if (!isOnlyKey(join.rightExpression, join.right.source.keyColumns)) {
    throw new PlanError(
      `Invalid join condition: table-table joins require to join on the primary key of the right input table. Got ${conditionText(join)}.`, { hint: 'Compare with the primary key of the table after JOIN.' });
  }
  if (isInnermost ? isOnlyKey(join.leftExpression, join.leftSource.source.keyColumns) : isRowKey(join, left)) return 'table-table';
  if (!isInnermost) {
    throw new PlanError(`Invalid join condition: foreign-key table-table joins are not supported as part of n-way joins. Got ${conditionText(join)}.`, { hint: 'Join the two tables in a query of their own first.' });
  }
  if (join.type === 'RIGHT') throw new PlanError('RIGHT OUTER JOIN on a foreign key is not supported', { hint: 'Swap the tables and write LEFT JOIN.' });
  if (join.type === 'FULL') {
    throw new PlanError(`Invalid join type: full-outer join not supported for foreign-key table-table join. Got ${joinText(join)}.`, { hint: 'Write LEFT JOIN or JOIN.' });
  }
  if (join.leftSource.source.window !== null || join.right.source.window !== null) {
    throw new PlanError('Foreign-key table-table joins are not supported on windowed tables.', { hint: 'Join tables without windows, or on their whole keys.' });
  }
  return 'foreign-key';
}

/** Tables are never moved, so a further join must be on what the rows so far are keyed by. */
function isRowKey(join: BoundJoin, left: Relation): boolean {
  const { leftExpression } = join;
  return leftExpression.kind === 'column' && left.keyEquals.has(columnKey(leftExpression.source, leftExpression.name));
}

/** The condition as written, with the names of the sources. */
function conditionText(join: BoundJoin): string {
  const { condition } = join;
  return condition.kind === 'comparison' ? `${printExpression(condition.left)} = ${printExpression(condition.right)}` : printExpression(condition);
}

/** Both sides of the condition must have one type: keys are compared by their bytes. */
export function checkJoinTypes(join: BoundJoin, shape: JoinShape, left: SqlType, right: SqlType): void {
  if (typesEqual(left, right)) return;
  const hint = `Add a CAST to the side whose key does not matter.`;
  if (shape === 'stream-stream' || shape === 'stream-table') {
    throw new PlanError(`Invalid join. Key types differ: ${formatType(left)} vs ${formatType(right)}`, { hint });
  }
  const { condition } = join;
  const flipped = condition.kind === 'comparison' && condition.left === join.rightExpression;
  const side = (text: string, type: SqlType): string => `${text}{${formatType(type)}}`;
  const sides = [side(printExpression(join.leftExpression), left), side(printExpression(join.rightExpression), right)];
  throw new PlanError(`Invalid join condition: types don't match. Got ${(flipped ? sides.reverse() : sides).join(' = ')}.`, { hint });
}

export function implicitRepartitioning(): PlanError {
  return new PlanError('Implicit repartitioning of windowed sources is not supported. See https://github.com/confluentinc/ksql/issues/4385.', {
    hint: 'Windowed keys can only be read as they are: join or group by the key column, over windows of one size.',
  });
}

/** Windowed keys join only with keys of like windows. */
export function checkJoinWindows(join: BoundJoin, left: Relation, right: Relation, rewritesKeys: boolean): void {
  const [a, b] = [left.layout.schema.window, right.layout.schema.window];
  if (a === null && b === null) return;
  const [leftName, rightName] = [join.leftSource.alias, join.right.alias];
  const text = (name: string, window: typeof a): string =>
    `${quoteName(name)} is ${window === null ? 'not' : window.type} windowed`;
  if (a === null || b === null) {
    throw new PlanError(`Can not join windowed source to non-windowed source.\n${text(leftName, a)}\n${text(rightName, b)}`, { hint: 'Join two windowed sources, or two without windows.' });
  }
  if ((a.type === 'SESSION') !== (b.type === 'SESSION')) {
    throw new PlanError(
      `Incompatible windowed sources.\nLeft source: ${a.type}\nRight source: ${b.type}\n` +
        'Session windowed sources can only be joined to other session windowed sources, and may still not result in expected behaviour as session bounds must be an exact match for the join to work\n' +
        'Hopping and tumbling windowed sources can only be joined to other hopping and tumbling windowed sources', { hint: 'Join sources with windows of one kind and size.' });
  }
  // Keys of a registry format are written anew anyway, so their window may become that of the left side.
  if (a.sizeMs !== b.sizeMs && !rewritesKeys) throw implicitRepartitioning();
}
