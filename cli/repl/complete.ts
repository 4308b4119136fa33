import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { choicesOf, PROPERTIES } from '../../src/engine/index.js';
import { expectedTokens, splitStatements, type Expectation } from '../../src/parser/index.js';
import { META_COMMANDS } from '../meta/meta-commands.js';
import type { SqlSession } from '../sql-session.js';

const SESSION = { properties: {}, variables: {} };
const WITH_PROPERTIES = [
  'KAFKA_TOPIC', 'PARTITIONS', 'REPLICAS', 'RETENTION_MS', 'FORMAT', 'KEY_FORMAT', 'VALUE_FORMAT', 'KEY_DELIMITER', 'VALUE_DELIMITER', 'TIMESTAMP',
  'TIMESTAMP_FORMAT', 'WRAP_SINGLE_VALUE', 'WINDOW_TYPE', 'WINDOW_SIZE', 'KEY_SCHEMA_ID', 'VALUE_SCHEMA_ID', 'KEY_SCHEMA_FULL_NAME', 'VALUE_SCHEMA_FULL_NAME',
];
const TYPES = ['BOOLEAN', 'INTEGER', 'INT', 'BIGINT', 'DOUBLE', 'DECIMAL', 'STRING', 'VARCHAR', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP', 'ARRAY', 'MAP', 'STRUCT'];
const OF_FILES = /^(?:\\i\s+|\\once\s+|\\spool\s+|\s*run\s+script\s+'?)(\S*)$/i;
const OF_VALUES = /\bSET\s+'([^']+)'\s*=\s*'([^']*)$/i;
const OF_SIGNATURES = /(\w+)\($/;

/** Candidates and the part of the line that they stand for, as Node's readline takes them. */
export type Completions = [candidates: string[], replaced: string];

function files(begun: string): Completions {
  const folder = begun.endsWith('/') ? begun : dirname(begun);
  try {
    const names = readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).map((entry) => `${folder === '.' && !begun.startsWith('./') ? entry.name : join(folder, entry.name)}${entry.isDirectory() ? '/' : ''}`);
    return [names.filter((name) => name.startsWith(begun)).toSorted(), begun];
  } catch {
    return [[], begun];
  }
}

function valuesOf(property: string, begun: string): Completions {
  return [choicesOf(property).filter((choice) => choice.startsWith(begun)).map((choice) => `${choice}'`), begun];
}

/** Proposes what may follow at the end of what was typed: from the grammar, the catalogue and the settings. */
export class Completer {
  constructor(private readonly session: SqlSession) {}

  /** `pending`: lines of the statement typed before this one. */
  async complete(pending: string, line: string): Promise<Completions> {
    if (pending === '') {
      const file = OF_FILES.exec(line)?.[1];
      if (file !== undefined) return files(file);
      if (line.startsWith('\\') && !line.includes(' ')) return [META_COMMANDS.filter((name) => name.startsWith(line)).map((name) => `${name} `), line];
    }
    const value = OF_VALUES.exec(line);
    if (value !== null) return valuesOf(value[1] ?? '', value[2] ?? '');
    return (await this.signatures(line)) ?? this.words(pending + line, line);
  }

  private async words(text: string, line: string): Promise<Completions> {
    const inString = splitStatements(text).at(-1)?.incomplete === 'string';
    const alias = inString ? null : /([\w@]+)\.([\w@]*)$/.exec(line);
    if (alias !== null) return this.columnsOfAlias(text, alias[1] ?? '', alias[2] ?? '');
    const word = (inString ? /[^']*$/ : /[\w@]*$/).exec(line)?.[0] ?? '';
    const { keywords, expects } = expectedTokens(text, text.length - (inString ? 0 : word.length));
    const names = await this.names(expects, text, inString);
    const fits = [...new Set([...names, ...(inString ? [] : keywords)])].filter((each) => each.toUpperCase().startsWith(word.toUpperCase()) && each !== word);
    return [fits.map((each) => (inString ? `${each}'` : each.endsWith('(') ? each : `${each} `)), word];
  }

  // Behind `name(` the person wants to know what goes in. They are shown, not typed: several lines that begin alike.
  private async signatures(line: string): Promise<Completions | null> {
    const name = OF_SIGNATURES.exec(line)?.[1];
    if (name === undefined) return null;
    const known = (await this.functions()).includes(`${name.toUpperCase()}(`);
    if (!known) return null;
    for (const entity of await this.session.execute(`DESCRIBE FUNCTION ${name};`, SESSION)) {
      if (entity['@type'] !== 'describe_function') continue;
      return [[...entity.functions.map((each) => `${entity.name}(${each.arguments.map((argument) => `${argument.name} ${argument.type}${argument.isVariadic ? '...' : ''}`).join(', ')})`), ' '], ''];
    }
    return null;
  }

  private async names(expects: readonly Expectation[], text: string, inString: boolean): Promise<readonly string[]> {
    const names: string[] = [];
    if (expects.includes('property')) names.push(...(/\b(SET|UNSET|ALTER\s+SYSTEM)\s+'[^']*$/i.test(text) ? PROPERTIES.keys() : WITH_PROPERTIES));
    if (expects.includes('type')) names.push(...TYPES);
    if (expects.includes('topic')) names.push(...(await this.topics()));
    if (expects.includes('query')) names.push(...(await this.queries()));
    if (inString) return names;
    if (expects.includes('column')) names.push(...(await this.columns(text)));
    if (expects.includes('source')) names.push(...(await this.sources()));
    if (expects.includes('function')) names.push(...(await this.functions()));
    return names;
  }

  private async sources(): Promise<readonly string[]> {
    const entities = await this.session.execute('SHOW STREAMS; SHOW TABLES;', SESSION);
    return entities.flatMap((entity) => (entity['@type'] === 'streams' ? entity.streams : entity['@type'] === 'tables' ? entity.tables : []).map((each) => each.name));
  }

  private async topics(): Promise<readonly string[]> {
    return (await this.session.execute('SHOW TOPICS;', SESSION)).flatMap((entity) => (entity['@type'] === 'kafka_topics' ? entity.topics.map((each) => each.name) : []));
  }

  private async queries(): Promise<readonly string[]> {
    return (await this.session.execute('SHOW QUERIES;', SESSION)).flatMap((entity) => (entity['@type'] === 'queries' ? entity.queries.map((each) => each.id) : []));
  }

  private async functions(): Promise<readonly string[]> {
    const entities = await this.session.execute('SHOW FUNCTIONS;', SESSION);
    return entities.flatMap((entity) => (entity['@type'] === 'function_names' ? entity.functions.map((each) => `${each.name}(`) : []));
  }

  /** Columns of every source that the statement names. */
  private async columns(text: string): Promise<readonly string[]> {
    const words = new Set((splitStatements(text).at(-1)?.text ?? '').toUpperCase().match(/[\w@-]+/g) ?? []);
    const columns: string[] = [];
    for (const name of (await this.sources()).filter((each) => words.has(each.toUpperCase()))) columns.push(...(await this.columnsOfSource(name)));
    return columns;
  }

  private async columnsOfSource(name: string): Promise<readonly string[]> {
    const entities = await this.session.execute(`DESCRIBE \`${name}\`;`, SESSION);
    return entities.flatMap((entity) => (entity['@type'] === 'sourceDescription' ? entity.sourceDescription.fields.map((field) => field.name) : []));
  }

  // `FROM orders o` and `JOIN orders AS o` give the name its source; the name may be the source's own.
  private async columnsOfAlias(text: string, alias: string, begun: string): Promise<Completions> {
    const statement = splitStatements(text).at(-1)?.text ?? '';
    const named = new RegExp(`\\b(?:FROM|JOIN)\\s+\`?([\\w@-]+)\`?\\s+(?:AS\\s+)?${alias}\\b`, 'i').exec(statement)?.[1] ?? alias;
    const source = (await this.sources()).find((each) => each.toUpperCase() === named.toUpperCase());
    if (source === undefined) return [[], begun];
    return [(await this.columnsOfSource(source)).filter((name) => name.toUpperCase().startsWith(begun.toUpperCase())).map((name) => `${name} `), begun];
  }
}
