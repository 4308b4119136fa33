import type { Catalog, LocalEngine } from '../../src/engine/index.js';
import { openLocal } from '../../src/engine/index.js';
import { VERSION } from '../../src/env/index.js';
import { MillraceError, RequestError } from '../../src/errors/index.js';
import { formatIdentifier, parseStatement, printStatement, splitStatements, substituteVariables, type Statement } from '../../src/parser/index.js';

/** Statements that a file of queries may hold, as in ksqlDB; and variables. */
const ALLOWED: ReadonlySet<Statement['kind']> = new Set(['set', 'unset', 'define', 'undefine', 'createSource', 'createAsSelect', 'createType', 'insertSelect']);

interface FileStatement {
  readonly text: string;
  readonly statement: Statement;
}

export interface ApplyOptions {
  readonly properties: Readonly<Record<string, string>>;
  /** Apply what differs from what runs; queries that cannot go on begin anew. */
  readonly force: boolean;
}

function readStatements(script: string): readonly FileStatement[] {
  const variables = new Map<string, string>();
  let queries = 0;
  const statements = splitStatements(script).map(({ text }) => {
    const sql = substituteVariables(text.endsWith(';') ? text : `${text};`, variables);
    const statement = parseStatement(sql);
    if (!ALLOWED.has(statement.kind)) throw new RequestError('BAD_REQUEST', `A file of queries cannot hold this statement: ${sql.slice(0, 200)}`, { hint: 'It takes SET, UNSET, DEFINE, CREATE STREAM, TABLE and TYPE, and INSERT INTO … SELECT.' });
    if (statement.kind === 'define') variables.set(statement.name, statement.value);
    if (statement.kind === 'undefine') variables.delete(statement.name);
    if (statement.kind === 'createAsSelect' || statement.kind === 'insertSelect') queries += 1;
    return { text: sql, statement };
  });
  if (queries === 0) throw new RequestError('BAD_REQUEST', 'The file starts no query', { hint: 'Add a CREATE … AS SELECT or an INSERT INTO … SELECT.' });
  return statements.filter(({ statement }) => statement.kind !== 'define' && statement.kind !== 'undefine');
}

/** The catalog that the file alone makes, in memory, over topics and schemas like those there are. */
async function wantedCatalog(script: string, local: LocalEngine, properties: ApplyOptions['properties']): Promise<Catalog> {
  const scratch = await openLocal({ storage: { memory: true }, version: VERSION, properties, usesExtensionFolder: true, startPaused: true });
  try {
    for (const topic of await local.broker.admin.listTopics()) {
      if (!topic.internal && (await scratch.broker.admin.describeTopic(topic.name)) === null) await scratch.broker.admin.createTopic({ name: topic.name, partitions: topic.partitions });
    }
    for (const subject of await local.registry.subjects()) {
      const latest = await local.registry.latest(subject);
      if (latest !== null && latest.references.length === 0) await scratch.registry.register(subject, latest);
    }
    await scratch.engine.execute(script);
    return scratch.engine.catalog();
  } finally {
    await scratch.engine.close();
  }
}

/** How a statement came to hold does not count: what was replaced is what it says now. */
const declared = (text: string): string => text.replace(/^CREATE OR REPLACE /, 'CREATE ').replace(/^(CREATE (?:SOURCE )?(?:STREAM|TABLE)) IF NOT EXISTS /, '$1 ');

/** What a query is, ids aside. */
function queryText({ queries }: Catalog, id: string): string {
  const query = queries.get(id);
  const plan = query?.plan;
  const overrides = typeof plan === 'object' && plan !== null && 'properties' in plan ? plan.properties : {};
  return JSON.stringify([declared(query?.statementText ?? ''), Object.entries(overrides ?? {}).sort()]);
}

function sourceText(catalog: Catalog, name: string): string | null {
  const source = catalog.sources.get(name);
  if (source === undefined) return null;
  return JSON.stringify([declared(source.statementText), source.createdBy === null ? null : queryText(catalog, source.createdBy)]);
}

const insertTexts = (catalog: Catalog): readonly { readonly id: string; readonly text: string }[] =>
  [...catalog.queries.values()].filter((query) => query.kind === 'INSERT').map(({ id }) => ({ id, text: queryText(catalog, id) }));

interface Differences {
  readonly added: ReadonlySet<string>;
  readonly changed: ReadonlySet<string>;
  readonly removed: readonly string[];
  /** Which INSERT statements of the file are new, by their number. */
  readonly addedInserts: ReadonlySet<number>;
  /** Ids of INSERT queries that the file no longer has. */
  readonly removedInserts: readonly string[];
}

function differences(actual: Catalog, wanted: Catalog): Differences {
  const names = [...wanted.sources.keys()];
  const [have, want] = [insertTexts(actual), insertTexts(wanted)];
  return {
    added: new Set(names.filter((name) => !actual.sources.has(name))),
    changed: new Set(names.filter((name) => actual.sources.has(name) && sourceText(actual, name) !== sourceText(wanted, name))),
    removed: [...actual.sources.keys()].filter((name) => !wanted.sources.has(name)),
    addedInserts: new Set(want.flatMap(({ text }, index) => (have.some((each) => each.text === text) ? [] : [index]))),
    removedInserts: have.filter(({ text }) => !want.some((each) => each.text === text)).map(({ id }) => id),
  };
}

function refuse({ changed, removed, removedInserts }: Differences): never {
  const list = (what: string, names: readonly string[]): readonly string[] => (names.length === 0 ? [] : [`${what}: ${names.join(', ')}`]);
  const all = [...list('changed', [...changed]), ...list('no longer there', removed), ...list('INSERT queries no longer there', removedInserts)];
  throw new RequestError('CONFLICT', `The file differs from what runs on the data. ${all.join('; ')}`, { hint: 'Restore the file, use another data folder, or give --force: queries that cannot go on as they are begin anew.' });
}

function nameOf(statement: Statement): string | null {
  return statement.kind === 'createSource' || statement.kind === 'createAsSelect' ? statement.name : null;
}

/** The statements to run: settings all of them, declarations where `takes` says so. `insert`: which of the file's INSERT statements it is. */
function scriptOf(statements: readonly FileStatement[], takes: (each: FileStatement, insert: number | null) => string | null): string {
  let inserts = 0;
  return statements.flatMap((each) => {
    if (each.statement.kind === 'set' || each.statement.kind === 'unset') return [each.text];
    return takes(each, each.statement.kind === 'insertSelect' ? inserts++ : null) ?? [];
  }).join('\n');
}

/** Everything that reads what goes, goes too. */
function withDependants(catalog: Catalog, names: Iterable<string>): ReadonlySet<string> {
  const gone = new Set(names);
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const query of catalog.queries.values()) if (query.sink !== null && query.kind !== 'INSERT' && query.sources.some((source) => gone.has(source))) gone.add(query.sink);
  }
  return gone;
}

function readsOrWrites({ queries }: Catalog, id: string, names: ReadonlySet<string>): boolean {
  const query = queries.get(id);
  return query !== undefined && [...query.sources, query.sink ?? ''].some((name) => names.has(name));
}

function dropScript(catalog: Catalog, gone: ReadonlySet<string>, inserts: readonly string[]): string {
  const ended = [...catalog.queries.values()].filter((query) => inserts.includes(query.id) || (query.kind === 'INSERT' && readsOrWrites(catalog, query.id, gone)));
  const drops = [...catalog.sources.values()].filter((source) => gone.has(source.name)).toReversed();
  return [
    ...ended.map((query) => `TERMINATE ${formatIdentifier(query.id)};`),
    ...drops.map((source) => `DROP ${source.kind} ${formatIdentifier(source.name)};`),
  ].join('\n');
}

async function applyDifferences(statements: readonly FileStatement[], { engine }: LocalEngine, wanted: Catalog, found: Differences): Promise<void> {
  const isNew = (statement: Statement, insert: number | null): boolean => (insert === null ? found.added.has(nameOf(statement) ?? '') : found.addedInserts.has(insert));
  const gentle = scriptOf(statements, ({ statement, text }, insert) => {
    const isChanged = found.changed.has(nameOf(statement) ?? '');
    if (isChanged && (statement.kind === 'createSource' || statement.kind === 'createAsSelect')) return printStatement({ ...statement, orReplace: true, ifNotExists: false });
    return isNew(statement, insert) ? text : null;
  });
  const removals = dropScript(engine.catalog(), withDependants(engine.catalog(), found.removed), found.removedInserts);
  try {
    await engine.execute(`${removals}\n${gentle}`);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    // What cannot be replaced where it stands is dropped with all that reads it, and made anew: one request, so all or nothing.
    const gone = withDependants(engine.catalog(), [...found.changed, ...found.removed]);
    const lost = new Set(insertTexts(engine.catalog()).filter(({ id }) => readsOrWrites(engine.catalog(), id, gone)).map(({ text }) => text));
    const inserts = insertTexts(wanted);
    const again = scriptOf(statements, ({ statement, text }, insert) => {
      const isGone = insert === null ? gone.has(nameOf(statement) ?? '') : lost.has(inserts[insert]?.text ?? '');
      return isGone || isNew(statement, insert) ? text : null;
    });
    await engine.execute(`${dropScript(engine.catalog(), gone, found.removedInserts)}\n${again}`);
  }
}

/**
 * Makes the data run what the file says: everything on new data, what was added on later starts, nothing where it runs already.
 * A file that says something else than what runs is refused unless forced. Gives what was done.
 */
export async function applyScript(script: string, local: LocalEngine, options: ApplyOptions): Promise<string> {
  const statements = readStatements(script);
  const { engine } = local;
  const text = statements.map((each) => each.text).join('\n');
  if (engine.catalog().sources.size === 0 && engine.catalog().queries.size === 0) {
    await engine.execute(text);
    return `started ${engine.catalog().queries.size} queries`;
  }
  const wanted = await wantedCatalog(text, local, options.properties);
  const found = differences(engine.catalog(), wanted);
  const isSame = found.changed.size === 0 && found.removed.length === 0 && found.removedInserts.length === 0;
  if (!isSame && !options.force) refuse(found);
  if (isSame && found.added.size === 0 && found.addedInserts.size === 0) return `${engine.catalog().queries.size} queries go on`;
  await applyDifferences(statements, local, wanted, found);
  return `${engine.catalog().queries.size} queries run`;
}
