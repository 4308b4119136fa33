import { BindError } from '../../errors/index.js';
import type { Catalog, Source } from '../../catalog/index.js';
import type { AliasedSource, Relation } from '../../parser/index.js';
import { BIGINT, INTEGER, type Column } from '../../types/index.js';
import { RESOLVE } from './located.js';

/** A column that expressions may name, and where its values come from. */
export interface SourceColumn extends Column {
  readonly role: 'key' | 'bound' | 'value' | 'header' | 'pseudo';
  /** Of role header: the header's key, null for all headers. */
  readonly headerKey: string | null;
}

/** One source of a query under the name by which its columns are qualified. */
export interface BoundSource {
  readonly alias: string;
  readonly source: Source;
  readonly node: AliasedSource;
  readonly columns: readonly SourceColumn[];
}

/** The sources of a FROM clause, left to right. */
export function bindSources(relation: Relation, catalog: Catalog): readonly BoundSource[] {
  return leavesOf(relation).map((node) => {
    const source = catalog.sources.get(node.name);
    if (source === undefined) {
      throw new BindError(`${RESOLVE}${node.name} does not exist.${caseHint(node.name, catalog)}`, { span: node.span, hint: 'SHOW STREAMS and SHOW TABLES list the sources.' });
    }
    return { alias: node.alias ?? node.name, source, node, columns: visibleColumns(source) };
  });
}

export function leavesOf(relation: Relation): readonly AliasedSource[] {
  return relation.kind === 'source' ? [relation] : [...leavesOf(relation.left), relation.right];
}

/** Everything expressions over a source may name: keys, window bounds, values, headers, pseudo columns. */
export function visibleColumns(source: Source): readonly SourceColumn[] {
  const plain = (role: SourceColumn['role'], columns: readonly Column[]): SourceColumn[] =>
    columns.map((column) => ({ name: column.name, type: column.type, role, headerKey: null }));
  return [
    ...plain('key', source.keyColumns),
    ...(source.window === null ? [] : plain('bound', BOUND_COLUMNS)),
    ...plain('value', source.valueColumns),
    ...source.headerColumns.map(({ column, headerKey }): SourceColumn => ({ ...column, role: 'header', headerKey })),
    ...plain('pseudo', PSEUDO),
  ];
}

export const BOUND_COLUMNS: readonly Column[] = [
  { name: 'WINDOWSTART', type: BIGINT },
  { name: 'WINDOWEND', type: BIGINT },
];
const PSEUDO: readonly Column[] = [
  { name: 'ROWTIME', type: BIGINT },
  { name: 'ROWPARTITION', type: INTEGER },
  { name: 'ROWOFFSET', type: BIGINT },
];

/** "Did you mean" for a name that exists with other letters in upper and lower case. */
export function caseHint(name: string, catalog: Catalog): string {
  const similar = [...catalog.sources.keys()].filter((known) => known.toUpperCase() === name.toUpperCase());
  const [only] = similar;
  if (only === undefined) return '';
  const shown = (known: string): string => (known === known.toUpperCase() ? known : `"${known}"`);
  const advice =
    only === only.toUpperCase()
      ? 'Hint: try removing double quotes from the source name.'
      : 'Hint: wrap the source name in double quotes to make it case-sensitive.';
  return `\nDid you mean ${similar.map(shown).join(' or ')}? ${advice}`;
}
