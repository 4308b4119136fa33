import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type Clock, type Database, type FunctionDefinition, type JsObject } from '../../../src/index.js';

/** Functions of each kind that behave; that never come back, fail or swallow memory for one value. */
export const FUNCTIONS = `
export const scalars = [
  { kind: 'scalar', name: 'plus_one', parameters: ['INT'], returns: 'INT', evaluate: (n) => n + 1 },
  { kind: 'scalar', name: 'hang_on', parameters: ['INT'], returns: 'INT', evaluate: (n) => { while (n === 13); return n; } },
  { kind: 'scalar', name: 'picky', parameters: ['INT'], returns: 'INT', evaluate: (n) => { if (n === 2) throw new Error('two is odd'); return n; } },
  { kind: 'scalar', name: 'hungry', parameters: ['INT'], returns: 'INT', evaluate: (n) => { const eaten = []; while (n === 13) eaten.push(new Array(10000).fill({ n })); return n; } },
  { kind: 'scalar', name: 'leave', parameters: ['INT'], returns: 'INT', evaluate: (n) => { if (n === 13) process.exit(3); return n; } },
  { kind: 'scalar', name: 'slow', parameters: ['INT'], returns: 'INT', evaluate: (n) => { const until = performance.now() + 5; while (performance.now() < until); return n; } },
];
export const hangingRows = { kind: 'table', name: 'rows_on', parameters: ['INT'], returns: 'INT', *evaluate(n) { for (let at = 0; at < 2 || n === 13; at = n === 13 ? at : at + 1) if (n !== 13) yield at; } };
export const total = {
  kind: 'aggregate', name: 'total', parameters: ['INT'], state: 'BIGINT', returns: 'BIGINT',
  initialize: () => 0, aggregate: (state, value) => { while (value === 13); return Number(state) + (value ?? 0); },
};
`;

/** A folder of functions, and what databases over it need. */
export class FolderWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'threads-'));
  readonly extensions = join(this.folder, 'ext.mjs');

  constructor(text: string = FUNCTIONS) {
    this.write(text);
  }

  write(text: string): void {
    writeFileSync(this.extensions, text);
  }

  open(properties: Readonly<Record<string, string>> = {}, more: { readonly data?: string; readonly functions?: readonly FunctionDefinition[]; readonly clock?: Clock } = {}): Promise<Database> {
    return open({
      ...(more.data === undefined ? { memory: true } : { folder: join(this.folder, more.data) }),
      ...(more.functions === undefined ? {} : { functions: more.functions }),
      ...(more.clock === undefined ? {} : { clock: more.clock }),
      properties: {
        'ksql.extension.dir': this.folder, 'ksql.streams.auto.offset.reset': 'earliest', 'millrace.functions.timeout.ms': '1000',
        'ksql.query.retry.backoff.initial.ms': '60000', ...properties,
      },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export const SOURCE = `CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);`;

export async function rows(db: Database, sql: string): Promise<JsObject[]> {
  const found: JsObject[] = [];
  for await (const row of await db.query(sql)) found.push({ ...row });
  return found;
}

export interface QueryState {
  readonly id: string;
  readonly state: string;
  readonly errors: string;
}

/** State and failures of the query that writes a sink, as EXPLAIN shows them. */
export async function stateOf(db: Database, sink: string): Promise<QueryState> {
  const [entity] = await db.execute('SHOW QUERIES;');
  const queries = entity !== undefined && 'queries' in entity && Array.isArray(entity.queries) ? (entity.queries as { readonly id: string; readonly sinks: readonly string[]; readonly state: string }[]) : [];
  const query = queries.find((each) => each.sinks.includes(sink));
  if (query === undefined) return { id: '', state: 'none', errors: '' };
  const [explained] = await db.execute(`EXPLAIN ${query.id};`);
  return { id: query.id, state: query.state.replace(/:.*/, ''), errors: JSON.stringify(explained) };
}

/** Asks until a query is in a state, a bounded number of times. */
export async function untilState(db: Database, sink: string, state: string): Promise<QueryState> {
  for (let i = 0; i < 400; i++) {
    const now = await stateOf(db, sink);
    if (now.state === state) return now;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${sink} did not come to ${state}`);
}
