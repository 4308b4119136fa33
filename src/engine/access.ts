import type { Catalog } from '../catalog/index.js';
import type { Property, Query, Relation, Statement } from '../parser/index.js';

export type Operation = 'read' | 'write' | 'admin';

/** One right that a statement needs. `name` null: of the kind as such, with nothing in particular. */
export interface Access {
  readonly operation: Operation;
  readonly on: 'source' | 'topic' | 'subject' | 'server';
  readonly name: string | null;
}

/** Who asks, as far as the engine needs to know. Absent in a session: an embedding program, which may do everything. */
export interface AccessGuard {
  /** The caller's name: what a push query was started by may be ended by it. */
  readonly identity: string;
  /** Throws RequestError (FORBIDDEN). */
  require(access: Access): void;
  allows(access: Access): boolean;
}

const ADMIN: Access = { operation: 'admin', on: 'server', name: null };
/** Statements that tell of nothing in particular, for everybody who may read something. */
const ANY_READ: Access = { operation: 'read', on: 'server', name: null };
const ANY_WRITE: Access = { operation: 'write', on: 'server', name: null };

const source = (operation: Operation, name: string): Access => ({ operation, on: 'source', name });
const topic = (operation: Operation, name: string): Access => ({ operation, on: 'topic', name });

function relationSources(relation: Relation): readonly string[] {
  return relation.kind === 'source' ? [relation.name] : [...relationSources(relation.left), ...relationSources(relation.right)];
}

const reads = (query: Query): readonly Access[] => relationSources(query.from).map((name) => source('read', name));

// A source shows what is in its topic and INSERT writes there: whoever names a topic needs both on it.
function namedTopic(properties: readonly Property[]): readonly Access[] {
  return properties.flatMap(({ name, value }) => (name === 'KAFKA_TOPIC' && value.kind === 'string' ? [topic('write', value.value)] : []));
}

/** Rights over a persistent query are rights over what it writes, or for a query without a sink what it reads. */
function queryAccess(operation: Operation, queryId: string | null, catalog: Catalog): readonly Access[] {
  if (queryId === null) return [ADMIN];
  const query = catalog.queries.get(queryId) ?? catalog.queries.get(queryId.toUpperCase());
  // Push queries are asked for by whom they belong to, where they are known.
  if (query === undefined) return [ANY_READ];
  const names = operation === 'read' ? [...query.sources, ...(query.sink === null ? [] : [query.sink])] : query.sink === null ? query.sources : [query.sink];
  return names.map((name) => source(operation, name));
}

const everySource = (catalog: Catalog, kind?: 'STREAM' | 'TABLE'): readonly Access[] =>
  [...catalog.sources.values()].filter((each) => kind === undefined || each.kind === kind).map((each) => source('read', each.name));

type Rules = { readonly [K in Statement['kind']]: (statement: Extract<Statement, { readonly kind: K }>, catalog: Catalog) => readonly Access[] };

// A statement that the grammar gains does not compile here until it is said who may run it.
const RULES: Rules = {
  query: (query) => reads(query),
  createSource: ({ name, properties }) => {
    const topics = namedTopic(properties);
    // Without KAFKA_TOPIC the topic bears the name of the source.
    return [source('write', name), ...(topics.length === 0 ? [topic('write', name)] : topics)];
  },
  createAsSelect: ({ name, properties, query }) => [source('write', name), ...namedTopic(properties), ...reads(query)],
  insertSelect: ({ target, query }) => [source('write', target), ...reads(query)],
  insertValues: ({ target }) => [source('write', target)],
  dropSource: ({ name, deleteTopic }, catalog) => [source('write', name), ...(deleteTopic ? [topic('write', catalog.sources.get(name)?.topic ?? name)] : [])],
  alterSource: ({ name }) => [source('write', name)],
  createType: () => [ANY_WRITE],
  dropType: () => [ANY_WRITE],
  createConnector: () => [ADMIN],
  dropConnector: () => [ADMIN],
  show: ({ what, extended }, catalog) => {
    if (!extended) return [ANY_READ];
    if (what === 'STREAMS') return everySource(catalog, 'STREAM');
    return what === 'TABLES' ? everySource(catalog, 'TABLE') : what === 'QUERIES' ? everySource(catalog) : [ANY_READ];
  },
  describe: ({ what, name }, catalog) => {
    if (what === 'SOURCE') return [source('read', name)];
    return what === 'STREAMS' || what === 'TABLES' ? everySource(catalog, what === 'STREAMS' ? 'STREAM' : 'TABLE') : [ANY_READ];
  },
  explain: ({ queryId, statement }, catalog) => (statement === null ? queryAccess('read', queryId, catalog) : explained(statement, catalog)),
  print: ({ topic: name }) => [topic('read', name)],
  queryControl: ({ queryId }, catalog) => queryAccess('write', queryId, catalog),
  set: () => [ANY_READ],
  unset: () => [ANY_READ],
  define: () => [ANY_READ],
  undefine: () => [ANY_READ],
  alterSystem: () => [ADMIN],
  assertTopic: ({ topic: name }) => [topic('read', name)],
  assertSchema: ({ subject }) => [{ operation: 'read', on: 'subject', name: subject }],
  assertValues: ({ source: name }) => [source('read', name)],
  assertNullValues: ({ source: name }) => [source('read', name)],
  assertSource: ({ name }) => [source('read', name)],
  runScript: () => [ADMIN],
};

// What is explained is not run: only what it would read matters.
function explained(statement: Statement, catalog: Catalog): readonly Access[] {
  const all = statementAccess(statement, catalog).filter((each) => each.operation === 'read' && each.on === 'source');
  return all.length === 0 ? [ANY_READ] : all;
}

/** The rights that a statement needs, from its tree. `catalog` is what it would run against. */
export function statementAccess(statement: Statement, catalog: Catalog): readonly Access[] {
  const rule: (statement: never, catalog: Catalog) => readonly Access[] = RULES[statement.kind];
  // Each rule takes the statements of its own kind: the table's type holds it, which an index by a union loses.
  return rule(statement as never, catalog);
}

/** The rights to hear what became of a statement: whoever may read what it names. */
export function outcomeAccess(statement: Statement, catalog: Catalog): readonly Access[] {
  return statementAccess(statement, catalog).flatMap((access) => (access.on === 'source' ? [{ ...access, operation: 'read' as const }] : access.operation === 'admin' ? [access] : []));
}

/** Refuses a statement that its caller may not run. Throws RequestError (FORBIDDEN). */
export function requireAccess({ statement, guard, overrides }: { readonly statement: Statement; readonly guard: AccessGuard | null; readonly overrides: ReadonlyMap<string, string> }, catalog: Catalog): void {
  if (guard === null) return;
  // A prefix makes another topic out of the name that the rules were asked about.
  const prefix = overrides.get('ksql.output.topic.name.prefix') ?? '';
  if (prefix !== '' && statement.kind === 'createAsSelect') guard.require(topic('write', `${prefix}${statement.name}`));
  for (const access of statementAccess(statement, catalog)) guard.require(access);
  // A statement over nothing (EXTENDED on an empty catalog) still needs somebody who may read.
  guard.require(ANY_READ);
}
