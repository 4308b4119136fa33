import type { SqlType, SqlValue } from '../types/index.js';

/**
 * Bound expressions: every node has its SQL type, every column its place in the input row, every call its variant.
 * Plain JSON data (literals in the encoding of `literal`), so they travel inside plans.
 * No names are looked up any more and no coercion is implicit: the binder has inserted `cast` nodes.
 */
export type BoundExpression =
  | BoundLiteral
  | BoundColumn
  | BoundArithmetic
  | BoundNegate
  | BoundComparison
  | BoundLogical
  | BoundNot
  | BoundBetween
  | BoundIn
  | BoundLike
  | BoundIsNull
  | BoundCase
  | BoundCast
  | BoundArray
  | BoundMap
  | BoundStruct
  | BoundCall
  | BoundSubscript
  | BoundDereference
  | BoundLambda
  | BoundVariable
  | BoundUnit;

/** JSON-safe form of a SqlValue: bigint `{"big":"…"}`, bytes `{"base64":"…"}`, MAP `{"entries":[[k,v],…]}`, NaN/±Infinity `{"double":"NaN"}`. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly big: string }
  | { readonly base64: string }
  | { readonly double: string }
  | { readonly entries: readonly (readonly [JsonValue, JsonValue])[] };

export interface BoundLiteral {
  readonly kind: 'literal';
  /** null: the untyped NULL literal (value is then null). */
  readonly type: SqlType | null;
  readonly value: JsonValue;
}
/** A column of the step's input: `side` and position in RowSchema. Window bounds are key positions n and n+1. */
export interface BoundColumn {
  readonly kind: 'column';
  readonly type: SqlType;
  readonly side: 'key' | 'value';
  readonly index: number;
  /** For rendering only. */
  readonly name: string;
}
export interface BoundArithmetic {
  readonly kind: 'arithmetic';
  readonly type: SqlType;
  readonly operator: '+' | '-' | '*' | '/' | '%';
  readonly left: BoundExpression;
  readonly right: BoundExpression;
}
export interface BoundNegate {
  readonly kind: 'negate';
  readonly type: SqlType;
  readonly operand: BoundExpression;
}
/** Operands may still differ in type where SQL compares across types (numbers; strings with times): see `comparison.ts`. */
export interface BoundComparison {
  readonly kind: 'comparison';
  readonly type: SqlType;
  readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM';
  readonly left: BoundExpression;
  readonly right: BoundExpression;
}
export interface BoundLogical {
  readonly kind: 'logical';
  readonly type: SqlType;
  readonly operator: 'AND' | 'OR';
  readonly left: BoundExpression;
  readonly right: BoundExpression;
}
export interface BoundNot {
  readonly kind: 'not';
  readonly type: SqlType;
  readonly operand: BoundExpression;
}
export interface BoundBetween {
  readonly kind: 'between';
  readonly type: SqlType;
  readonly value: BoundExpression;
  readonly low: BoundExpression;
  readonly high: BoundExpression;
}
export interface BoundIn {
  readonly kind: 'in';
  readonly type: SqlType;
  readonly value: BoundExpression;
  readonly items: readonly BoundExpression[];
}
export interface BoundLike {
  readonly kind: 'like';
  readonly type: SqlType;
  readonly value: BoundExpression;
  readonly pattern: BoundExpression;
  readonly escape: string | null;
}
export interface BoundIsNull {
  readonly kind: 'isNull';
  readonly type: SqlType;
  readonly operand: BoundExpression;
  readonly negated: boolean;
}
export interface BoundCase {
  readonly kind: 'case';
  readonly type: SqlType;
  readonly branches: readonly { readonly condition: BoundExpression; readonly result: BoundExpression }[];
  readonly otherwise: BoundExpression | null;
}
export interface BoundCast {
  readonly kind: 'cast';
  readonly type: SqlType;
  readonly operand: BoundExpression;
  /** An implicit coercion added by the binder: not rendered as CAST, and not a guard for nested errors. */
  readonly implicit: boolean;
}
export interface BoundArray {
  readonly kind: 'array';
  readonly type: SqlType;
  readonly items: readonly BoundExpression[];
}
export interface BoundMap {
  readonly kind: 'map';
  readonly type: SqlType;
  readonly entries: readonly { readonly key: BoundExpression; readonly value: BoundExpression }[];
}
export interface BoundStruct {
  readonly kind: 'struct';
  readonly type: SqlType;
  readonly fields: readonly BoundExpression[];
}
/** A scalar function: `variant` is the index in the catalogue entry, checked against `signature` when a plan is loaded. */
export interface BoundCall {
  readonly kind: 'call';
  readonly type: SqlType;
  readonly name: string;
  readonly variant: number;
  readonly signature: string;
  readonly arguments: readonly BoundExpression[];
}
export interface BoundSubscript {
  readonly kind: 'subscript';
  readonly type: SqlType;
  readonly base: BoundExpression;
  readonly index: BoundExpression;
}
export interface BoundDereference {
  readonly kind: 'dereference';
  readonly type: SqlType;
  readonly base: BoundExpression;
  readonly field: string;
  readonly index: number;
}
export interface BoundLambda {
  readonly kind: 'lambda';
  /** Type of the body. */
  readonly type: SqlType;
  readonly parameters: readonly { readonly name: string; readonly type: SqlType }[];
  readonly body: BoundExpression;
}
/** A lambda parameter: `depth` 0 is the innermost lambda. */
export interface BoundVariable {
  readonly kind: 'variable';
  readonly type: SqlType;
  readonly depth: number;
  readonly index: number;
  readonly name: string;
}
export interface BoundUnit {
  readonly kind: 'unit';
  readonly unit: 'DAYS' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'MILLISECONDS';
}

/** An aggregate call: arguments are evaluated on the input row, literals are constants. */
export interface BoundAggregateCall {
  readonly name: string;
  readonly variant: number;
  readonly signature: string;
  readonly arguments: readonly BoundExpression[];
  readonly literals: readonly { readonly type: SqlType | null; readonly value: JsonValue }[];
  readonly stateType: SqlType;
  readonly type: SqlType;
}

/** A table function call: evaluates to a list of rows. */
export interface BoundTableCall {
  readonly name: string;
  readonly variant: number;
  readonly signature: string;
  readonly arguments: readonly BoundExpression[];
  readonly type: SqlType;
}

/** Row-wise meaning of a value literal, for helpers that turn SqlValue into JsonValue and back. */
export interface LiteralCodec {
  toJson(value: SqlValue): JsonValue;
  fromJson(value: JsonValue, type: SqlType | null): SqlValue;
}
