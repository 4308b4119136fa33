import type { Span } from '../errors/index.js';
import type { SqlType } from '../types/index.js';

/**
 * The syntax tree: tagged, readonly, every node with the span of its text. Names are already folded (unquoted names
 * upper-cased, quotes removed) and never resolved here. This file has expressions and types; queries and statements are in `ast.ts`.
 */
export interface Node {
  readonly span: Span;
}

export interface Identifier extends Node {
  readonly kind: 'identifier';
  readonly name: string;
}

// ---------------------------------------------------------------- literals and expressions

export type Literal = NullLiteral | BooleanLiteral | IntegerLiteral | DecimalLiteral | DoubleLiteral | StringLiteral;
export interface NullLiteral extends Node {
  readonly kind: 'null';
}
export interface BooleanLiteral extends Node {
  readonly kind: 'boolean';
  readonly value: boolean;
}
/** INTEGER when it fits 32 bits signed, else BIGINT. */
export interface IntegerLiteral extends Node {
  readonly kind: 'integer';
  readonly value: bigint;
}
/** Plain decimal text such as `-1.50`; precision and scale follow from it. */
export interface DecimalLiteral extends Node {
  readonly kind: 'decimal';
  readonly text: string;
}
export interface DoubleLiteral extends Node {
  readonly kind: 'double';
  readonly value: number;
  readonly text: string;
}
export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM';
export type IntervalUnit = 'DAYS' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'MILLISECONDS';

export type Expression =
  | Literal
  | ColumnReference
  | ArithmeticBinary
  | ArithmeticUnary
  | Comparison
  | LogicalBinary
  | Not
  | Between
  | InList
  | Like
  | IsNull
  | SearchedCase
  | SimpleCase
  | Cast
  | ArrayConstructor
  | MapConstructor
  | StructConstructor
  | FunctionCall
  | Subscript
  | Dereference
  | Lambda
  | LambdaVariable
  | IntervalUnitArgument
  | AtTimeZone;

/** `name` or `source.name`. */
export interface ColumnReference extends Node {
  readonly kind: 'column';
  readonly source: string | null;
  readonly name: string;
}
export interface ArithmeticBinary extends Node {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface ArithmeticUnary extends Node {
  readonly kind: 'sign';
  readonly operator: '+' | '-';
  readonly operand: Expression;
}
export interface Comparison extends Node {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface LogicalBinary extends Node {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly left: Expression;
  readonly right: Expression;
}
export interface Not extends Node {
  readonly kind: 'not';
  readonly operand: Expression;
}
/** `NOT BETWEEN`, `NOT IN`, `NOT LIKE`, `IS NOT DISTINCT FROM` are a `not` around the positive form. */
export interface Between extends Node {
  readonly kind: 'between';
  readonly value: Expression;
  readonly low: Expression;
  readonly high: Expression;
}
export interface InList extends Node {
  readonly kind: 'in';
  readonly value: Expression;
  readonly items: readonly Expression[];
}
export interface Like extends Node {
  readonly kind: 'like';
  readonly value: Expression;
  readonly pattern: Expression;
  /** Exactly one character, or null. */
  readonly escape: string | null;
}
export interface IsNull extends Node {
  readonly kind: 'isNull';
  readonly operand: Expression;
  /** true for IS NOT NULL. */
  readonly negated: boolean;
}
export interface WhenClause extends Node {
  readonly kind: 'when';
  readonly condition: Expression;
  readonly result: Expression;
}
export interface SearchedCase extends Node {
  readonly kind: 'case';
  readonly branches: readonly WhenClause[];
  readonly otherwise: Expression | null;
}
/** `CASE x WHEN …`: parses, refused later. */
export interface SimpleCase extends Node {
  readonly kind: 'simpleCase';
  readonly operand: Expression;
  readonly branches: readonly WhenClause[];
  readonly otherwise: Expression | null;
}
export interface Cast extends Node {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: TypeNode;
}
export interface ArrayConstructor extends Node {
  readonly kind: 'array';
  readonly items: readonly Expression[];
}
export interface MapConstructor extends Node {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}
export interface StructConstructor extends Node {
  readonly kind: 'struct';
  readonly fields: readonly { readonly name: string; readonly value: Expression }[];
}
/** `a || b` is a call of CONCAT; `f(*)` is a call without arguments. */
export interface FunctionCall extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
}
export interface Subscript extends Node {
  readonly kind: 'subscript';
  readonly base: Expression;
  readonly index: Expression;
}
export interface Dereference extends Node {
  readonly kind: 'dereference';
  readonly base: Expression;
  readonly field: string;
}
export interface Lambda extends Node {
  readonly kind: 'lambda';
  readonly parameters: readonly string[];
  readonly body: Expression;
}
/** A bare name inside a lambda body that equals one of its parameters. */
export interface LambdaVariable extends Node {
  readonly kind: 'lambdaVariable';
  readonly name: string;
}
/** A bare unit word as a function argument. */
export interface IntervalUnitArgument extends Node {
  readonly kind: 'unit';
  readonly unit: IntervalUnit;
}
/** Parses, refused later. */
export interface AtTimeZone extends Node {
  readonly kind: 'atTimeZone';
  readonly operand: Expression;
  readonly zone: string;
}

// ---------------------------------------------------------------- types

/** A type as written. Names of custom types are resolved against the catalog by the binder. */
export type TypeNode = PrimitiveTypeNode | DecimalTypeNode | ArrayTypeNode | MapTypeNode | StructTypeNode | NamedTypeNode;
export interface PrimitiveTypeNode extends Node {
  readonly kind: 'primitiveType';
  readonly type: SqlType;
}
export interface DecimalTypeNode extends Node {
  readonly kind: 'decimalType';
  readonly precision: number;
  readonly scale: number;
}
export interface ArrayTypeNode extends Node {
  readonly kind: 'arrayType';
  readonly item: TypeNode;
}
export interface MapTypeNode extends Node {
  readonly kind: 'mapType';
  readonly key: TypeNode;
  readonly value: TypeNode;
}
export interface StructTypeNode extends Node {
  readonly kind: 'structType';
  readonly fields: readonly { readonly name: string; readonly type: TypeNode }[];
}
/** A custom type name (or an unknown word). */
export interface NamedTypeNode extends Node {
  readonly kind: 'namedType';
  readonly name: string;
}
