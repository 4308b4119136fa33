import { PlanError } from '../../errors/index.js';
import type { Rule } from './checked-query.js';

/** Values in KAFKA format are one bare field: no room for the rows that grouping and joining write. */
export const kafkaValues: Rule = ({ analysis }) => {
  const operation = analysis.isJoin ? 'JOIN' : analysis.groupBy === null ? null : 'GROUP BY';
  if (operation === null) return null;
  const names = analysis.sources.filter(({ source }) => source.valueFormat.name === 'KAFKA').map(({ source }) => source.name);
  if (names.length === 0) return null;
  return new PlanError(`Source(s) ${names.join(', ')} are using the 'KAFKA' value format. This format does not yet support ${operation}.`, { hint: 'Read or write the values as JSON or DELIMITED, for example.' });
};
