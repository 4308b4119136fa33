import { present } from '../../errors/index.js';
import type { ForeignKeyJoin } from '../../plan/index.js';
import { BIGINT, BOOLEAN, BYTES, INTEGER, type SqlType } from '../../types/index.js';

/**
 * Rows that travel between the three operators of a foreign-key join. The runtime moves them as it likes (memory, or an
 * internal topic in any encoding of these types).
 *
 * Subscription (subscribe → respond): key = [foreign key] or null (no foreign key: to any partition),
 * row = [hash of the new left row | null, instruction, left partition, …left key].
 * Response (respond → resolve): key = left key, sent to the left partition given in the row,
 * row = [left partition, hash | null, right row exists, foreign key | null, …right row].
 */
export const INSTRUCTION = {
  /** Forget the subscriber; no answer. */
  unsubscribe: 0,
  /** Forget the subscriber; answer null. */
  unsubscribeAndAnswer: 1,
  /** Remember the subscriber; answer only if the right row exists. */
  subscribe: 2,
  /** Remember the subscriber; answer always. */
  subscribeAndAnswer: 3,
} as const;

export const SUBSCRIPTION_HEAD = 3;
export const RESPONSE_HEAD = 4;

export function subscriptionTypes(step: ForeignKeyJoin): readonly SqlType[] {
  return [BYTES, INTEGER, INTEGER, ...leftKeyTypes(step)];
}
export function responseTypes(step: ForeignKeyJoin): readonly SqlType[] {
  const foreignKey = present(step.right.schema.key[0], 'key of the right table').type;
  return [INTEGER, BYTES, BOOLEAN, foreignKey, ...step.right.schema.value.map((column) => column.type)];
}
/** Left partition a response must go to. */
export function responsePartition(row: readonly unknown[]): number {
  return Number(row[0]);
}

function leftKeyTypes(step: ForeignKeyJoin): SqlType[] {
  const columns = step.left.schema.key.map((column) => column.type);
  return step.left.schema.window === null ? columns : [...columns, BIGINT, BIGINT];
}
