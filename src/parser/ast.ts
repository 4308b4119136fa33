import type { Span } from '../errors/index.js';
import type { Expression, Identifier, Literal, Node, TypeNode, IntervalUnit } from './ast-expressions.js';

export type * from './ast-expressions.js';

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
  readonly action: 'TERMINATE' | 'PAUSE' | 'RESUME' | 'RESET';
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
