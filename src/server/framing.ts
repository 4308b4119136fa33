import type { ErrorBody } from '../api/index.js';
import type { QueryResult, ResultColumn, ResultRow } from '../engine/index.js';
import { formatType } from '../types/index.js';
import { DELIMITED, JSON_TYPE, V1_JSON } from './media-types.js';
import { rowWriter } from './value-json.js';

/** How rows of one query are laid out in an answer. Pieces are written one after the other; each row is one piece. */
export interface Framing {
  readonly contentType: string;
  header(): string;
  row(row: ResultRow): string;
  error(body: ErrorBody): string;
  /** After the last row. */
  end(): string;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** `` `COL` TYPE, … ``; key columns are marked in pull queries only. */
export function schemaText(columns: readonly ResultColumn[], markKeys: boolean): string {
  return columns.map((column) => `${quoted(column.name)} ${formatType(column.type)}${markKeys && column.isKey ? ' KEY' : ''}`).join(', ');
}

/** The objects of `/query`: an array, one element a line. */
export function objectFraming(result: QueryResult): Framing {
  const write = rowWriter(result.columns.map((column) => column.type));
  return {
    contentType: V1_JSON,
    header: () => `[${JSON.stringify({ header: { queryId: result.queryId, schema: schemaText(result.columns, result.kind === 'pull') } })}`,
    row: (row) => `,\n{"row":{"columns":${write(row.values)}${row.tombstone ? ',"tombstone":true' : ''}}}`,
    error: (body) => `,\n${JSON.stringify({ errorMessage: body })}`,
    end: () => {
      const outcome = result.outcome();
      if (result.kind === 'pull' || outcome === null) return ']\n';
      return `,\n{"finalMessage":"${outcome === 'limit' ? 'Limit Reached' : 'Query Completed'}"}]\n`;
    },
  };
}

function metadata(result: QueryResult): string {
  return JSON.stringify({
    queryId: result.queryId,
    columnNames: result.columns.map((column) => column.name),
    columnTypes: result.columns.map((column) => formatType(column.type)),
  });
}

/** Lines: the metadata, then an array a row. Deleted rows are left out. */
export function delimitedFraming(result: QueryResult): Framing {
  const write = rowWriter(result.columns.map((column) => column.type));
  return {
    contentType: DELIMITED,
    header: () => `${metadata(result)}\n`,
    row: (row) => (row.tombstone ? '' : `${write(row.values)}\n`),
    error: (body) => `${JSON.stringify(body)}\n`,
    end: () => '',
  };
}

/** One JSON array: the metadata, then an array a row. */
export function arrayFraming(result: QueryResult): Framing {
  const write = rowWriter(result.columns.map((column) => column.type));
  return {
    contentType: JSON_TYPE,
    header: () => `[${metadata(result)}`,
    row: (row) => (row.tombstone ? '' : `,\n${write(row.values)}`),
    error: (body) => `,\n${JSON.stringify(body)}`,
    end: () => ']\n',
  };
}
