import { readFileSync } from 'node:fs';
import { openLocal, type Engine, type ResultColumn } from '../../src/engine/index.js';
import { VERSION } from '../../src/env/index.js';
import { assertNever } from '../../src/errors/index.js';
import { parseStatement, splitStatements, type Statement } from '../../src/parser/index.js';
import type { Column, SqlType } from '../../src/types/index.js';
import { EXIT } from '../exit-codes.js';
import { reportError } from '../report-error.js';

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);
const property = (name: string): string => (isIdentifier(name) ? name : JSON.stringify(name));

/** The type of a value as the library gives it. */
function typeText(type: SqlType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INTEGER':
    case 'DOUBLE':
      return 'number';
    case 'BIGINT':
      return 'number | bigint';
    case 'STRING':
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
      return 'string';
    case 'TIMESTAMP':
      return 'Date';
    case 'BYTES':
      return 'Uint8Array';
    case 'ARRAY':
      return `readonly (${typeText(type.item)} | null)[]`;
    case 'MAP':
      return `ReadonlyMap<${typeText(type.key)}, ${typeText(type.value)} | null>`;
    case 'STRUCT':
      return `{ ${type.fields.map((field) => `readonly ${property(field.name)}: ${typeText(field.type)} | null`).join('; ')} }`;
    default:
      return assertNever(type);
  }
}

/** `page_views` and `PAGE_VIEWS` are PageViews. */
function typeName(name: string, taken: Set<string>): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const base = words.map((word) => word.slice(0, 1).toUpperCase() + (word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1))).join('');
  const legal = /^[A-Za-z]/.test(base) ? base : `Source${base}`;
  let unique = legal;
  for (let count = 2; taken.has(unique); count += 1) unique = `${legal}${count}`;
  taken.add(unique);
  return unique;
}

interface TypedColumn extends Column {
  /** Never null. */
  readonly isRequired: boolean;
}

function rowType(name: string, columns: readonly TypedColumn[], comment: string): string {
  const fields = columns.map((column) => `  readonly ${property(column.name)}: ${typeText(column.type)}${column.isRequired ? '' : ' | null'};`);
  // A type, not an interface: only types fit where an object of any column is asked for.
  return `/** ${comment} */\nexport type ${name} = {\n${fields.join('\n')}\n};\n`;
}

/** A query has the name of a comment `-- name: TopPages` between the statement before and itself, else a number. */
function queryName(before: string, index: number): string {
  return /--\s*name:\s*(\S+)/.exec(before)?.[1] ?? `Query${index}`;
}

async function ensureTopic(statement: Statement, local: Awaited<ReturnType<typeof openLocal>>): Promise<void> {
  if (statement.kind !== 'createSource') return;
  const value = statement.properties.find((each) => each.name === 'KAFKA_TOPIC')?.value;
  if (value?.kind !== 'string' || statement.properties.some((each) => each.name === 'PARTITIONS')) return;
  await local.broker.admin.createTopic({ name: value.value, partitions: 1 });
}

async function queryColumns(engine: Engine, text: string): Promise<readonly ResultColumn[]> {
  const result = await engine.query(text);
  const { columns } = result;
  await result.close();
  return columns;
}

/** TypeScript for the rows of every stream, table and query of a script. Statements run in memory, over topics without records. */
export async function typesOf(script: string): Promise<string> {
  const local = await openLocal({ storage: { memory: true }, version: VERSION });
  const taken = new Set<string>(['Sources']);
  const parts: string[] = [];
  let queries = 0;
  try {
    const { engine } = local;
    let end = 0;
    for (const { text, span } of splitStatements(script)) {
      const before = script.slice(end, span.start);
      end = span.end;
      const statement = parseStatement(text);
      if (statement.kind === 'query') {
        queries += 1;
        const columns = await queryColumns(engine, text);
        parts.push(rowType(typeName(queryName(before, queries), taken), columns.map((column) => ({ ...column, isRequired: false })), 'A row of the query.'));
      } else if (statement.kind !== 'insertValues' && statement.kind !== 'print') {
        await ensureTopic(statement, local);
        await engine.execute(text);
      }
    }
    const sources = [...engine.catalog().sources.values()].map((source) => ({ source, type: typeName(source.name, taken) }));
    for (const { source, type } of sources) {
      const keys = source.keyColumns.map((column) => ({ ...column, isRequired: source.kind === 'TABLE' }));
      const values = source.valueColumns.map((column) => ({ ...column, isRequired: false }));
      parts.push(rowType(type, [...keys, ...values], `A row of the ${source.kind.toLowerCase()} ${source.name}.`));
    }
    if (sources.length > 0) parts.push(`/** Row types by the names of streams and tables. */\nexport interface Sources {\n${sources.map(({ source, type }) => `  readonly ${property(source.name)}: ${type};`).join('\n')}\n}\n`);
  } finally {
    await local.engine.close();
  }
  return `// Made by \`millrace types\`: change the SQL, not this file.\n\n${parts.join('\n')}`;
}

/** `millrace types`: to standard output. */
export async function runTypes(file: string): Promise<number> {
  let script: string;
  try {
    script = readFileSync(file, 'utf8');
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  try {
    process.stdout.write(await typesOf(script));
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  }
}
