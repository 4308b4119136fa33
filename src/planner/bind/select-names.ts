import { BindError } from '../../errors/index.js';
import type { Expression, Query, SingleItem } from '../../parser/index.js';
import { isSystemColumn } from './columns.js';
import { namerFor, needsPrefix, type ColumnNamer } from './names.js';
import type { BoundSource } from './sources.js';

/** A select item that has its name: as written, or as ksqlDB would call it. */
export interface NamedItem extends SingleItem {
  readonly alias: string;
}

/** Names every select expression of a qualified query, in order; the query then prints as it is stored. */
export function nameSelectItems(query: Query, sources: readonly BoundSource[]): Query {
  const namer = namerFor(sources);
  return {
    ...query,
    select: query.select.map((item) => (item.kind === 'item' ? { ...item, alias: nameOf(item, sources, namer) } : item)),
  };
}

function nameOf(item: SingleItem, sources: readonly BoundSource[], namer: ColumnNamer): string {
  const { expression, alias } = item;
  if (alias !== null) {
    checkAlias(alias, expression, item);
    return alias;
  }
  if (expression.kind !== 'column') return namer.nameOf(expression);
  const prefixed = expression.source !== null && needsPrefix(expression.name, sources);
  return prefixed ? `${expression.source ?? ''}_${expression.name}` : expression.name;
}

/** A system column may keep its own name (other rules look at that), but nothing else may take it. */
function checkAlias(alias: string, expression: Expression, item: SingleItem): void {
  if (!isSystemColumn(alias)) return;
  if (expression.kind === 'column' && expression.name === alias) return;
  throw new BindError(`\`${alias}\` is a reserved column name. You cannot use it as an alias for a column.`, { span: item.span, hint: 'Write another alias: SELECT … AS name.' });
}
