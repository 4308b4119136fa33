import { PROPERTIES } from '../src/engine/index.js';
import { expectedTokens, splitStatements, type Expectation } from '../src/parser/index.js';
import { META_COMMANDS } from './meta-commands.js';
import type { SqlSession } from './sql-session.js';

const SESSION = { properties: {}, variables: {} };
const WITH_PROPERTIES = [
  'KAFKA_TOPIC', 'PARTITIONS', 'REPLICAS', 'RETENTION_MS', 'FORMAT', 'KEY_FORMAT', 'VALUE_FORMAT', 'KEY_DELIMITER', 'VALUE_DELIMITER', 'TIMESTAMP',
  'TIMESTAMP_FORMAT', 'WRAP_SINGLE_VALUE', 'WINDOW_TYPE', 'WINDOW_SIZE', 'KEY_SCHEMA_ID', 'VALUE_SCHEMA_ID', 'KEY_SCHEMA_FULL_NAME', 'VALUE_SCHEMA_FULL_NAME',
];
const TYPES = ['BOOLEAN', 'INTEGER', 'INT', 'BIGINT', 'DOUBLE', 'DECIMAL', 'STRING', 'VARCHAR', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP', 'ARRAY', 'MAP', 'STRUCT'];

/** Candidates and the part of the line that they stand for, as Node's readline takes them. */
export type Completions = [candidates: string[], replaced: string];

/** Proposes what may follow at the end of what was typed: from the grammar, the catalogue and the settings. */
export class Completer {
  constructor(private readonly session: SqlSession) {}

  /** `pending`: lines of the statement typed before this one. */
  async complete(pending: string, line: string): Promise<Completions> {
    if (pending === '' && line.startsWith('\\') && !line.includes(' ')) return [META_COMMANDS.filter((name) => name.startsWith(line)).map((name) => `${name} `), line];
    const text = pending + line;
    const inString = splitStatements(text).at(-1)?.incomplete === 'string';
    const word = (inString ? /[^']*$/ : /[\w@]*$/).exec(line)?.[0] ?? '';
    const { keywords, expects } = expectedTokens(text, text.length - (inString ? 0 : word.length));
    const names = await this.names(expects, text, inString);
    const fits = [...new Set([...names, ...(inString ? [] : keywords)])].filter((each) => each.toUpperCase().startsWith(word.toUpperCase()) && each !== word);
    return [fits.map((each) => (inString ? `${each}'` : each.endsWith('(') ? each : `${each} `)), word];
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
    for (const name of (await this.sources()).filter((each) => words.has(each.toUpperCase()))) {
      for (const entity of await this.session.execute(`DESCRIBE \`${name}\`;`, SESSION)) {
        if (entity['@type'] === 'sourceDescription') columns.push(...entity.sourceDescription.fields.map((field) => field.name));
      }
    }
    return columns;
  }
}
