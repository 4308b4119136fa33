import { assertNever, PlanError, present } from '../../errors/index.js';
import { requireType, type BoundExpression } from '../../expr/index.js';
import type { FormatInfo } from '../../plan/index.js';
import type { Expression } from '../../parser/index.js';
import type { SqlType } from '../../types/index.js';
import { bindExpression } from '../bind/expression.js';
import type { BoundJoin } from '../bind/join.js';
import { referenceTo, type LayoutEntry } from '../bind/layout.js';
import { internalName } from '../bind/names.js';
import { containsMap } from '../bind/type.js';
import type { BoundSource } from '../bind/sources.js';
import { walkExpression } from '../bind/walk-expression.js';
import { checkCoPartitioning } from '../validate/co-partitioning.js';
import { checkJoin, checkJoinTypes, checkJoinWindows, type JoinShape } from '../validate/join.js';
import { foreignKeyJoin, joinSteps, type JoinInputs } from './join-steps.js';
import { internalKeyFormat, isRegistryFormat, sameFormat } from './key-format.js';
import { narrow, withSelect } from './narrow.js';
import { refuseWindowedRekey, repartition, repartitionTable, selectKey } from './rekey.js';
import { columnKey, type Lowering, type Relation } from './relation.js';
import { lowerSource } from './source.js';

/** Columns that steps above a join read, as `alias.name`. */
export type UsedColumns = ReadonlySet<string>;

/** Lowers the left-deep tree of joins up to `level`; `used` are the columns read above it, `keyName` names its key. */
export function lowerJoin(level: number, used: UsedColumns, keyNames: readonly string[], lowering: Lowering): Relation {
  const { joins } = lowering.analysis;
  const join = present(joins[level], 'join of this level');
  const prefix = 'L_'.repeat(joins.length - 1 - level);
  const columns: LeafColumns = { used, condition: columnsOf(join.condition) };
  const needed = new Set([...used, ...columns.condition]);
  const leftOf = (): Relation =>
    level === 0
      ? lowerLeaf(present(join.left[0], 'left-most source'), `${prefix}Left`, columns, lowering)
      : lowerJoin(level - 1, needed, keyNames, lowering);
  const rightOf = (): Relation => lowerLeaf(join.right, `${prefix}Right`, columns, lowering);
  // ksqlDB builds the table of a stream-table join first; the numbers of its nodes come before those of the stream.
  const tableFirst = join.right.source.kind === 'TABLE';
  const early = tableFirst ? rightOf() : null;
  const numbered = early !== null && level > 0 && tableMoves(level, needed, keyNames, early, lowering);
  if (numbered) lowering.takeNodes(TABLE_MOVE_NODES);
  const left = leftOf();
  const right = early ?? rightOf();
  const shape = checkJoin(join, left, level === 0);
  checkJoinWindows(join, left, right, isRegistryFormat(left.keyFormat, lowering.context));
  if (shape !== 'foreign-key') checkCoPartitioning(join, lowering.context);
  const types = conditionTypes(join, shape, left, right, lowering);
  if (shape === 'foreign-key') return joinByForeignKey(join, left, right, types.leftBound, lowering);
  const key = { name: keyNames[level] ?? '', type: types.type };
  return joinByKey({ join, shape, left, right, key, prefix, used, numbered, lowering, leftBound: types.leftBound, rightBound: types.rightBound });
}

/**
 * Whether the table of this join is going to be re-serialised, which ksqlDB does before it builds the left side. The left side
 * decides it, so that is lowered once for the answer alone.
 */
function tableMoves(level: number, needed: UsedColumns, keyNames: readonly string[], table: Relation, lowering: Lowering): boolean {
  const left = lowerJoin(level - 1, needed, keyNames, lowering.fork());
  const join = present(lowering.analysis.joins[level], 'join of this level');
  const keyFormat = isKeyOf(join.leftExpression, left) ? left.keyFormat : table.keyFormat;
  return isRegistryFormat(keyFormat, lowering.context) || !sameFormat(table.keyFormat, keyFormat);
}

interface LeafColumns {
  /** Read above the join. */
  readonly used: UsedColumns;
  /** Read by the join's own condition. */
  readonly condition: UsedColumns;
}

/** One source, reduced to the columns that the query reads, each named after its alias. */
function lowerLeaf(bound: BoundSource, side: string, columnsOfUse: LeafColumns, lowering: Lowering): Relation {
  const { used, condition } = columnsOfUse;
  const needs = (name: string): boolean => used.has(columnKey(bound.alias, name)) || condition.has(columnKey(bound.alias, name));
  const source = lowerSource(bound, `KafkaTopic_${side}`, needs, true, lowering);
  // The join's condition can read the key where it is.
  const isCarried = (entry: LayoutEntry): boolean =>
    used.has(columnKey(entry.source, entry.name)) || (entry.side === 'value' && condition.has(columnKey(entry.source, entry.name)));
  lowering.takeNodes(1);
  const kept = source.layout.entries.filter((entry) => isCarried(entry));
  const values = kept.length > 0 ? kept : source.layout.entries.slice(0, 1);
  const columns = values.map((entry) => ({ column: { name: entry.display, type: entry.type }, expression: referenceTo(entry) }));
  const entries: LayoutEntry[] = values.map((entry, index) => ({ ...entry, side: 'value', index }));
  return withSelect(source, `PrependAlias${side}`, columns, [...entries, ...source.layout.entries.filter((entry) => entry.side === 'key')]);
}

export function columnsOf(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  walkExpression(expression, (part) => {
    if (part.kind === 'column') found.add(columnKey(part.source, part.name));
  });
  return found;
}

interface ConditionTypes {
  readonly type: SqlType;
  readonly leftBound: BoundExpression;
  readonly rightBound: BoundExpression;
}
function conditionTypes(join: BoundJoin, shape: JoinShape, left: Relation, right: Relation, lowering: Lowering): ConditionTypes {
  const leftBound = bindExpression(join.leftExpression, lowering.scope(left.layout));
  const rightBound = bindExpression(join.rightExpression, lowering.scope(right.layout));
  const type = requireType(leftBound);
  checkJoinTypes(join, shape, type, requireType(rightBound));
  return { type, leftBound, rightBound };
}

interface KeyJoin extends Omit<JoinInputs, 'left' | 'right' | 'keyFormat' | 'valueFormat'> {
  readonly left: Relation;
  readonly right: Relation;
  readonly used: UsedColumns;
  /** The nodes that move the table have their numbers already. */
  readonly numbered: boolean;
  readonly leftBound: BoundExpression;
  readonly rightBound: BoundExpression;
}

function joinByKey(input: KeyJoin): Relation {
  const { join, left, right, prefix, used, shape } = input;
  checkJoinKey(input);
  const moves = {
    left: !isKeyOf(join.leftExpression, left),
    right: right.kind === 'stream' && !isKeyOf(join.rightExpression, right),
  };
  const keyFormat = joinKeyFormat(input, moves);
  const sided = (side: 'Left' | 'Right', relation: Relation, moved: boolean, bound: BoundExpression, expression: Expression): Relation => {
    const label = shape === 'stream-stream' ? `${prefix}Join-${side.toLowerCase()}` : `${prefix}Join`;
    return settleSide({ relation, moved, bound, expression, keyFormat, used, label, name: `${prefix}${side}SourceKeyed`, input });
  };
  const settled = {
    right: right.kind === 'table' ? sided('Right', right, false, input.rightBound, join.rightExpression) : null,
    left: sided('Left', left, moves.left, input.leftBound, join.leftExpression),
  };
  const settledRight = settled.right ?? sided('Right', right, moves.right, input.rightBound, join.rightExpression);
  return joinSteps({ ...input, left: settled.left, right: settledRight, keyFormat, valueFormat: left.valueFormat }, keyEquals(input));
}

/** A MAP cannot be a key in any format. */
function checkJoinKey({ key, lowering }: KeyJoin): void {
  const json: FormatInfo = { name: 'JSON', properties: {}, features: [] };
  const reason = containsMap(key.type) ? lowering.context.formats.reasonAgainst(json, [key], true) : null;
  if (reason !== null) throw new PlanError(reason, { hint: 'Bring both sides to equal keys and partitions, with PARTITION BY, for example.' });
}

/** Whether an expression is a column that always equals the rows' key. */
function isKeyOf(expression: Expression, relation: Relation): boolean {
  if (expression.kind !== 'column') return false;
  if (relation.keyEquals.has(columnKey(expression.source, expression.name))) return true;
  // Tables are never moved: their columns were checked to be keys of their own sources.
  return relation.kind === 'table';
}

/** The left side's format; the right one's where only the left side moves; the left-most source's where both do. */
function joinKeyFormat(input: KeyJoin, moves: { readonly left: boolean; readonly right: boolean }): FormatInfo {
  const { left, right, lowering, key } = input;
  const chosen = moves.left && !moves.right ? right.keyFormat : moves.left && moves.right ? leftMostFormat(lowering, left) : left.keyFormat;
  return internalKeyFormat(chosen, [key], lowering.context);
}

function leftMostFormat(lowering: Lowering, left: Relation): FormatInfo {
  const formats = lowering.analysis.sources.map((source) => source.source.keyFormat);
  return formats.find((format) => format.name !== 'NONE') ?? left.keyFormat;
}

interface SideToSettle {
  readonly relation: Relation;
  readonly moved: boolean;
  readonly bound: BoundExpression;
  readonly expression: Expression;
  readonly keyFormat: FormatInfo;
  readonly used: UsedColumns;
  readonly label: string;
  readonly name: string;
  readonly input: KeyJoin;
}

/** Puts one side under the join's key and key format, moving rows only where one of them changes. */
function settleSide(side: SideToSettle): Relation {
  const { relation, keyFormat, used, name, input } = side;
  const { lowering } = input;
  const isUsed = (entry: LayoutEntry): boolean => used.has(columnKey(entry.source, entry.name));
  const reserialized = relation.isLeaf && (isRegistryFormat(keyFormat, lowering.context) || !sameFormat(relation.keyFormat, keyFormat));
  if (!side.moved && !reserialized) return relation.kind === 'table' ? relation : narrow(relation, `${name}-Project`, isUsed);
  if (!(relation.kind === 'table' && input.numbered)) lowering.takeNodes(relation.kind === 'table' ? TABLE_MOVE_NODES : STREAM_SELECT_KEY_NODES);
  if (relation.kind === 'table') {
    return side.moved ? relation : repartitionTable(relation, name, keyFormat, lowering);
  }
  if (side.moved) refuseWindowedRekey(relation);
  const keyed = side.moved
    ? selectKey(relation, `${name}-SelectKey`, [{ column: keyColumn(side), expression: side.bound }], [])
    : relation;
  const narrowed = narrow(keyed, `${name}-Project`, isUsed);
  if (narrowed.kind !== 'stream') return narrowed;
  return { ...repartition(narrowed, side.label, keyFormat, lowering), keyEquals: movedKeyEquals(side) };
}

const STREAM_SELECT_KEY_NODES = 1;
const TABLE_MOVE_NODES = 7;

function movedKeyEquals(side: SideToSettle): ReadonlySet<string> {
  return side.moved ? columnsOf(side.expression) : side.relation.keyEquals;
}

function keyColumn(side: SideToSettle): { readonly name: string; readonly type: SqlType } {
  const { expression, input } = side;
  const name = expression.kind === 'column' ? internalName(expression.source, expression.name, true) : input.key.name;
  return { name, type: input.key.type };
}

/** Columns that equal the result's key: of a preserved side always, of the other side only where every row has one. */
function keyEquals(input: KeyJoin): ReadonlySet<string> {
  const { join, left } = input;
  const plain = (expression: Expression): string[] => (expression.kind === 'column' ? [columnKey(expression.source, expression.name)] : []);
  const ofLeft = [...plain(join.leftExpression), ...(isKeyOf(join.leftExpression, left) ? left.keyEquals : [])];
  switch (join.type) {
    case 'INNER':
      return new Set([...ofLeft, ...plain(join.rightExpression)]);
    case 'LEFT':
      return new Set(ofLeft);
    case 'RIGHT':
      return new Set(plain(join.rightExpression));
    case 'FULL':
      return new Set();
    default:
      return assertNever(join.type);
  }
}

function joinByForeignKey(join: BoundJoin, left: Relation, right: Relation, foreignKey: BoundExpression, lowering: Lowering): Relation {
  const reserialized =
    right.kind === 'table' && isRegistryFormat(right.keyFormat, lowering.context)
      ? repartitionTable(right, 'RightSourceKeyed', right.keyFormat, lowering)
      : right;
  return foreignKeyJoin(join, left, reserialized, foreignKey, lowering);
}
