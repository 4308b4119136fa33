import { addLong, BIGINT, DOUBLE, INTEGER, subtractLong, type Long, type SqlType } from '../../types/index.js';
import { t, type TypeSpec } from '../define.js';

/** Arithmetic of one number type. INTEGER and BIGINT wrap, as in Java. */
export interface NumberKind {
  readonly spec: TypeSpec<Long>;
  readonly type: SqlType;
  readonly add: (a: Long, b: Long) => Long;
  readonly subtract: (a: Long, b: Long) => Long;
}

export const integerKind: NumberKind = {
  spec: t.integer,
  type: INTEGER,
  add: (a, b) => (Number(a) + Number(b)) | 0,
  subtract: (a, b) => (Number(a) - Number(b)) | 0,
};
export const bigintKind: NumberKind = { spec: t.bigint, type: BIGINT, add: addLong, subtract: subtractLong };
export const doubleKind: NumberKind = {
  spec: t.double,
  type: DOUBLE,
  add: (a, b) => Number(a) + Number(b),
  subtract: (a, b) => Number(a) - Number(b),
};
export const numberKinds: readonly NumberKind[] = [integerKind, bigintKind, doubleKind];
