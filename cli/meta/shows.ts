import type { MetaCommand } from './meta-command.js';
import { runTexts } from './run-texts.js';

const show = (name: string, help: string, sql: string): MetaCommand => ({ name, takes: '', help, run: (_rest, context) => runTexts(sql, context) });

/** Short words for SHOW, DESCRIBE and EXPLAIN. */
export const SHOWS: readonly MetaCommand[] = [
  {
    name: '\\d', takes: '[name]', help: 'streams and tables, or one of them',
    run: (rest, context) => runTexts(rest === '' ? 'SHOW STREAMS; SHOW TABLES;' : `DESCRIBE ${rest};`, context),
  },
  {
    name: '\\d+', takes: '[name]', help: 'with topic, queries, rates and lag',
    run: (rest, context) => runTexts(rest === '' ? 'SHOW STREAMS EXTENDED; SHOW TABLES EXTENDED;' : `DESCRIBE ${rest} EXTENDED;`, context),
  },
  show('\\ds', 'streams', 'SHOW STREAMS;'),
  show('\\dt', 'tables', 'SHOW TABLES;'),
  show('\\dq', 'queries', 'SHOW QUERIES;'),
  show('\\dT', 'topics', 'SHOW TOPICS;'),
  {
    name: '\\df', takes: '[name]', help: 'functions, or one of them',
    run: (rest, context) => runTexts(rest === '' ? 'SHOW FUNCTIONS;' : `DESCRIBE FUNCTION ${rest};`, context),
  },
  show('\\dC', 'connectors', 'SHOW CONNECTORS;'),
  show('\\dv', 'variables', 'SHOW VARIABLES;'),
  { name: '\\plan', takes: 'SQL or query', help: 'what a query does or would do', run: (rest, context) => runTexts(`EXPLAIN ${rest.replace(/;?\s*$/, ';')}`, context) },
];
