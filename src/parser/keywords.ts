/**
 * The words of the language, in the order in which lists of expected words show them.
 * Reserved words need quoting to be used as names; the others are names wherever a name may stand.
 */
const RESERVED_WORDS = [
  'SELECT', 'FROM', 'AS', 'ALL', 'DISTINCT', 'WHERE', 'WITHIN', 'WINDOW', 'GROUP', 'BY', 'HAVING', 'LIMIT', 'AT', 'OR', 'AND',
  'IN', 'NOT', 'EXISTS', 'BETWEEN', 'LIKE', 'IS', 'NULL', 'TRUE', 'FALSE', 'DAYS', 'HOURS', 'MINUTES', 'SECONDS',
  'MILLISECOND', 'MILLISECONDS', 'MONTHS', 'YEARS', 'TUMBLING', 'HOPPING', 'SIZE', 'ADVANCE', 'RETENTION', 'CASE', 'WHEN',
  'THEN', 'ELSE', 'END', 'JOIN', 'FULL', 'OUTER', 'INNER', 'LEFT', 'RIGHT', 'ON', 'WITH', 'VALUES', 'CREATE', 'TABLE',
  'STREAM', 'STREAMS', 'TOPIC', 'TOPICS', 'QUERY', 'QUERIES', 'INSERT', 'DELETE', 'INTO', 'DESCRIBE', 'EXTENDED', 'PRINT',
  'LIST', 'TERMINATE', 'PAUSE', 'RESUME', 'LOAD', 'TO', 'RENAME', 'DROP', 'UNSET', 'RUN', 'SCRIPT', 'DECIMAL', 'CONNECTOR',
  'CONNECTORS', 'NAMESPACE', 'MATERIALIZED', 'VIEW', 'CAST', 'SAMPLE', 'EXPORT', 'CATALOG', 'PROPERTIES', 'BEGINNING',
] as const;

const FREE_WORDS = [
  'STRING', 'ESCAPE', 'INTEGER', 'DATE', 'TIME', 'TIMESTAMP', 'INTERVAL', 'YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND',
  'ZONE', 'PARTITION', 'STRUCT', 'EXPLAIN', 'ANALYZE', 'TYPE', 'TYPES', 'SHOW', 'TABLES', 'PARTITIONS', 'COLUMNS', 'COLUMN',
  'FUNCTIONS', 'FUNCTION', 'ARRAY', 'MAP', 'SET', 'DEFINE', 'UNDEFINE', 'RESET', 'SESSION', 'KEY', 'EMIT', 'CHANGES', 'FINAL',
  'SINK', 'SOURCE', 'PRIMARY', 'REPLACE', 'ASSERT', 'ADD', 'ALTER', 'VARIABLES', 'PLUGINS', 'HEADERS', 'HEADER', 'SYSTEM',
  'TIMEOUT', 'SCHEMA', 'SUBJECT', 'ID', 'GRACE', 'PERIOD', 'IF',
] as const;

export type ReservedWord = (typeof RESERVED_WORDS)[number];
export type FreeWord = (typeof FREE_WORDS)[number];
export type Keyword = ReservedWord | FreeWord;

const RESERVED: ReadonlySet<string> = new Set(RESERVED_WORDS);

export const ALL_RESERVED: readonly ReservedWord[] = RESERVED_WORDS;
export const ALL_FREE: readonly FreeWord[] = FREE_WORDS;

/** Whether the word, upper-cased, must be quoted to be used as a name. */
export function isReservedWord(word: string): boolean {
  return RESERVED.has(word);
}
