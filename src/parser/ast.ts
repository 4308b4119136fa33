import type { Span } from '../errors/index.js';
import type { SqlType } from '../types/index.js';

/**
 * The syntax tree: tagged, readonly, every node with the span of its text. Names are already folded
 * (unquoted names upper-cased, quotes removed). Names are never resolved here.
 */
interface Node {
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

// ---------------------------------------------------------------- queries

export interface Query extends Node {
  readonly kind: 'query';
  readonly select: readonly SelectItem[];
  readonly from: Relation;
  readonly window: WindowClause | null;
  readonly where: Expression | null;
  readonly groupBy: Grouping | null;
  readonly partitionBy: Grouping | null;
  readonly having: Expression | null;
  /** null: no EMIT clause was written. */
  readonly emit: 'CHANGES' | 'FINAL' | null;
  readonly limit: number | null;
}
export type SelectItem = SingleItem | StarItem | StructStarItem;
export interface SingleItem extends Node {
  readonly kind: 'item';
  readonly expression: Expression;
  readonly alias: string | null;
}
/** `*` or `source.*`. */
export interface StarItem extends Node {
  readonly kind: 'star';
  readonly source: string | null;
}
/** `expression->*`. */
export interface StructStarItem extends Node {
  readonly kind: 'structStar';
  readonly base: Expression;
}
export interface Grouping extends Node {
  readonly kind: 'grouping';
  readonly expressions: readonly Expression[];
}
export type Relation = AliasedSource | Join;
export interface AliasedSource extends Node {
  readonly kind: 'source';
  readonly name: string;
  /** null: no alias was written. */
  readonly alias: string | null;
}
export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
export interface Join extends Node {
  readonly kind: 'join';
  readonly type: JoinType;
  readonly left: Relation;
  readonly right: AliasedSource;
  readonly within: Within | null;
  readonly on: Expression;
}
export interface Within extends Node {
  readonly kind: 'within';
  readonly before: Duration;
  readonly after: Duration;
  readonly grace: Duration | null;
}
export interface Duration extends Node {
  readonly kind: 'duration';
  readonly value: number;
  readonly unit: IntervalUnit;
  readonly ms: number;
}
export interface WindowClause extends Node {
  readonly kind: 'window';
  readonly type: 'TUMBLING' | 'HOPPING' | 'SESSION';
  /** Window size; for SESSION the inactivity gap. */
  readonly size: Duration;
  /** HOPPING only. */
  readonly advance: Duration | null;
  readonly retention: Duration | null;
  readonly grace: Duration | null;
}

// ---------------------------------------------------------------- statements

export interface Property extends Node {
  readonly kind: 'property';
  /** Upper-cased. */
  readonly name: string;
  readonly value: Literal;
}
export interface ColumnDefinition extends Node {
  readonly kind: 'columnDefinition';
  readonly name: string;
  readonly type: TypeNode;
  readonly role: 'VALUE' | 'KEY' | 'PRIMARY KEY' | 'HEADERS' | 'HEADER';
  /** With role HEADER. */
  readonly headerKey: string | null;
}

export type SourceKind = 'STREAM' | 'TABLE';

export type Statement =
  | Query
  | CreateSource
  | CreateAsSelect
  | InsertSelect
  | InsertValues
  | DropSource
  | AlterSource
  | CreateType
  | DropType
  | CreateConnector
  | DropConnector
  | ShowStatement
  | DescribeStatement
  | Explain
  | Print
  | QueryControl
  | SetProperty
  | UnsetProperty
  | AlterSystem
  | DefineVariable
  | UndefineVariable
  | AssertTopic
  | AssertSchema
  | AssertValues
  | AssertNullValues
  | AssertSource
  | RunScript;

export interface CreateSource extends Node {
  readonly kind: 'createSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  /** CREATE SOURCE STREAM/TABLE. */
  readonly readOnly: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly properties: readonly Property[];
}
export interface CreateAsSelect extends Node {
  readonly kind: 'createAsSelect';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly properties: readonly Property[];
  readonly query: Query;
}
export interface InsertSelect extends Node {
  readonly kind: 'insertSelect';
  readonly target: string;
  readonly properties: readonly Property[];
  readonly query: Query;
}
export interface InsertValues extends Node {
  readonly kind: 'insertValues';
  readonly target: string;
  /** Empty: no column list. */
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}
export interface DropSource extends Node {
  readonly kind: 'dropSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly ifExists: boolean;
  readonly deleteTopic: boolean;
}
export interface AlterSource extends Node {
  readonly kind: 'alterSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: TypeNode; readonly span: Span }[];
}
export interface CreateType extends Node {
  readonly kind: 'createType';
  readonly name: string;
  readonly ifNotExists: boolean;
  readonly type: TypeNode;
}
export interface DropType extends Node {
  readonly kind: 'dropType';
  readonly name: string;
  readonly ifExists: boolean;
}
export interface CreateConnector extends Node {
  readonly kind: 'createConnector';
  readonly connectorKind: 'SOURCE' | 'SINK';
  readonly name: string;
  readonly ifNotExists: boolean;
  /** Property names as written (identifiers upper-cased unless quoted). */
  readonly properties: readonly Property[];
}
export interface DropConnector extends Node {
  readonly kind: 'dropConnector';
  readonly name: string;
  readonly ifExists: boolean;
}
export interface ShowStatement extends Node {
  readonly kind: 'show';
  readonly what:
    | 'PROPERTIES' | 'TOPICS' | 'ALL TOPICS' | 'STREAMS' | 'TABLES' | 'FUNCTIONS' | 'CONNECTORS'
    | 'SOURCE CONNECTORS' | 'SINK CONNECTORS' | 'CONNECTOR PLUGINS' | 'TYPES' | 'VARIABLES' | 'QUERIES';
  readonly extended: boolean;
}
export interface DescribeStatement extends Node {
  readonly kind: 'describe';
  /** STREAMS and TABLES describe all of their kind; `name` is then empty. */
  readonly what: 'SOURCE' | 'STREAMS' | 'TABLES' | 'FUNCTION' | 'CONNECTOR';
  readonly name: string;
  readonly extended: boolean;
}
export interface Explain extends Node {
  readonly kind: 'explain';
  /** Exactly one of the two is set. */
  readonly queryId: string | null;
  readonly statement: Statement | null;
}
export interface Print extends Node {
  readonly kind: 'print';
  /** Case kept even when unquoted. */
  readonly topic: string;
  readonly fromBeginning: boolean;
  readonly interval: number | null;
  readonly limit: number | null;
}
export interface QueryControl extends Node {
  readonly kind: 'queryControl';
  readonly action: 'TERMINATE' | 'PAUSE' | 'RESUME';
  /** null: ALL. */
  readonly queryId: string | null;
}
export interface SetProperty extends Node {
  readonly kind: 'set';
  readonly name: string;
  readonly value: string;
}
export interface UnsetProperty extends Node {
  readonly kind: 'unset';
  readonly name: string;
}
export interface AlterSystem extends Node {
  readonly kind: 'alterSystem';
  readonly name: string;
  readonly value: string;
}
export interface DefineVariable extends Node {
  readonly kind: 'define';
  readonly name: string;
  readonly value: string;
}
export interface UndefineVariable extends Node {
  readonly kind: 'undefine';
  readonly name: string;
}
export interface AssertTopic extends Node {
  readonly kind: 'assertTopic';
  readonly notExists: boolean;
  readonly topic: string;
  readonly properties: readonly Property[];
  readonly timeout: Duration | null;
}
export interface AssertSchema extends Node {
  readonly kind: 'assertSchema';
  readonly notExists: boolean;
  readonly subject: string | null;
  readonly id: Literal | null;
  readonly timeout: Duration | null;
}
export interface AssertValues extends Node {
  readonly kind: 'assertValues';
  readonly source: string;
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}
export interface AssertNullValues extends Node {
  readonly kind: 'assertNullValues';
  readonly source: string;
  readonly columns: readonly Identifier[];
  readonly key: readonly Expression[];
}
export interface AssertSource extends Node {
  readonly kind: 'assertSource';
  readonly sourceKind: SourceKind;
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  readonly properties: readonly Property[];
}
export interface RunScript extends Node {
  readonly kind: 'runScript';
  readonly path: string;
}
