import { BindError } from '../../errors/index.js';
import type { HeaderColumn } from '../../catalog/index.js';
import type { ColumnDefinition, SourceKind } from '../../parser/index.js';
import { formatType, PSEUDO_COLUMNS, quoteName, WINDOW_BOUNDS, type Column, type SqlType } from '../../types/index.js';
import { at, PREPARE } from './located.js';
import { resolveType } from './type.js';

/** Columns as declared: keys first, then values, then headers, whatever their order in the text. */
export interface DeclaredColumns {
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  readonly headers: readonly HeaderColumn[];
}

const HEADERS_TYPE = 'ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>>';

export function isSystemColumn(name: string): boolean {
  return [...PSEUDO_COLUMNS, ...WINDOW_BOUNDS].some((system) => system === name);
}

/** Binds a column list: types resolved, roles checked against the kind of source. */
export function bindColumns(
  definitions: readonly ColumnDefinition[],
  sourceKind: SourceKind,
  types: ReadonlyMap<string, SqlType>,
): DeclaredColumns {
  checkNames(definitions);
  const key: Column[] = [];
  const value: Column[] = [];
  const headers: HeaderColumn[] = [];
  for (const definition of definitions) {
    const column = { name: definition.name, type: resolveType(definition.type, types) };
    switch (definition.role) {
      case 'VALUE':
        value.push(column);
        break;
      case 'KEY':
      case 'PRIMARY KEY':
        checkKeyRole(definition, sourceKind);
        key.push(column);
        break;
      case 'HEADERS':
      case 'HEADER':
        headers.push(headerColumn(definition, column, headers));
        break;
    }
  }
  return { key, value, headers };
}

function checkNames(definitions: readonly ColumnDefinition[]): void {
  const names = definitions.map((definition) => definition.name);
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (repeated.length > 0) {
    throw new BindError(`${PREPARE}Duplicate column names: ${repeated.map(quoteName).join(', ')}`, { span: definitions[0]?.span, hint: 'Give each column a name of its own.' });
  }
  const system = definitions.find((definition) => isSystemColumn(definition.name));
  if (system !== undefined) {
    throw new BindError(`'${system.name}' is a reserved column name. You cannot use it as a name for a column.`, { span: system.span, hint: 'Choose another name: ROWTIME, ROWPARTITION, ROWOFFSET and the window bounds are there by themselves.' });
  }
}

function checkKeyRole(definition: ColumnDefinition, sourceKind: SourceKind): void {
  const wanted = sourceKind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  if (definition.role === wanted) return;
  const kinds = sourceKind === 'TABLE' ? 'tables' : 'streams';
  throw new BindError(
    `${at(definition.span)}Column ${quoteName(definition.name)} is a '${definition.role}' column: please use '${wanted}' for ${kinds}.\n` +
      'Tables have PRIMARY KEYs, which are unique and NON NULL.\n' +
      'Streams have KEYs, which have no uniqueness or NON NULL constraints.',
    { span: definition.span, hint: 'Write KEY for streams and PRIMARY KEY for tables.' });
}

function headerColumn(definition: ColumnDefinition, column: Column, earlier: readonly HeaderColumn[]): HeaderColumn {
  const { headerKey } = definition;
  const what = headerKey === null ? 'HEADERS' : `HEADER('${headerKey}')`;
  const expected = headerKey === null ? HEADERS_TYPE : 'BYTES';
  const found = formatType(column.type);
  if (found !== expected) {
    throw new BindError(`${PREPARE}Invalid type for ${what} column: expected ${expected}, got ${found}`, { span: definition.span, hint: "HEADERS is an ARRAY<STRUCT<key STRING, value BYTES>>, HEADER('name') is BYTES." });
  }
  if (earlier.some((other) => other.headerKey === null)) {
    throw new BindError(`${PREPARE}Schema already contains a HEADERS column.`, { span: definition.span, hint: 'One column takes all headers.' });
  }
  if (headerKey !== null && earlier.some((other) => other.headerKey === headerKey)) {
    throw new BindError(`${PREPARE}Schema already contains a HEADER('${headerKey}') column.`, { span: definition.span, hint: 'One column takes the header of a name.' });
  }
  return { column, headerKey };
}
