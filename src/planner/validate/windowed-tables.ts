import { PlanError } from '../../errors/index.js';
import type { Rule } from './checked-query.js';

/** A windowed table cannot feed another persistent query: its rows never tell when a window ends. */
export const windowedTables: Rule = ({ analysis, sink }) => {
  if (sink === null) return null;
  const windowed = analysis.sources.some(({ source }) => source.kind === 'TABLE' && source.window !== null);
  if (!windowed) return null;
  return new PlanError('KSQL does not support persistent queries on windowed tables.', {
    hint: 'Declare a windowed STREAM over the topic of the table and read that.',
  });
};
