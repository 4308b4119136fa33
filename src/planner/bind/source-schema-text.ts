import type { QueryAnalysis } from './analysis.js';
import { internalName } from './names.js';
import { schemaText } from './schema-text.js';

/**
 * The columns that expressions of a query see, as ksqlDB lists them with an expression it cannot compile: key, values, pseudo
 * columns, and the key again among the values.
 */
export function sourceSchemaText(analysis: QueryAnalysis): string {
  const columns = analysis.sources.flatMap((source) =>
    source.columns.map((column) => ({ ...column, name: internalName(source.alias, column.name, analysis.isJoin) })),
  );
  const of = (...roles: string[]): typeof columns => columns.filter((column) => roles.includes(column.role));
  return schemaText(of('key'), [...of('value', 'header'), ...of('pseudo'), ...of('key'), ...of('bound')]);
}
