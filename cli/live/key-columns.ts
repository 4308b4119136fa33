import type { Query, Relation } from '../../src/parser/index.js';
import type { ShownColumn } from '../format/row-printer.js';
import { settings, type PromptState } from '../prompt-state.js';
import type { SqlSession } from '../sql-session.js';

const BOUNDS = ['WINDOWSTART', 'WINDOWEND'];

const sourceNames = (relation: Relation): readonly string[] => (relation.kind === 'source' ? [relation.name] : [...sourceNames(relation.left), relation.right.name]);

/** Positions of the columns that say which row a result row replaces: none for streams, whose rows replace nothing. */
export async function keyColumns(query: Query, columns: readonly ShownColumn[], session: SqlSession, state: PromptState): Promise<readonly number[]> {
  const names = query.groupBy === null ? await tableKeys(query, session, state) : groupedBy(query);
  if (names.length === 0) return [];
  const wanted = new Set([...names, ...BOUNDS]);
  return columns.flatMap((column, index) => (wanted.has(column.name) ? [index] : []));
}

function groupedBy({ groupBy }: Query): readonly string[] {
  return (groupBy?.expressions ?? []).flatMap((expression) => (expression.kind === 'column' ? [expression.name] : []));
}

async function tableKeys(query: Query, session: SqlSession, state: PromptState): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const name of sourceNames(query.from)) {
    for (const entity of await session.execute(`DESCRIBE \`${name.replaceAll('`', '``')}\`;`, settings(state))) {
      if (entity['@type'] !== 'sourceDescription') continue;
      const { sourceDescription } = entity;
      // A stream in it makes the result a stream.
      if (sourceDescription.type !== 'TABLE') return [];
      keys.push(...sourceDescription.fields.filter((field) => field.type === 'KEY').map((field) => field.name));
    }
  }
  return keys;
}
