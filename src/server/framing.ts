import type { ErrorBody } from '../api/index.js';
import { protobufRows, type QueryResult, type ResultColumn, type ResultRow } from '../engine/index.js';
import { formatType, quoteName } from '../types/index.js';
import { DELIMITED, JSON_TYPE, PROTOBUF, V1_JSON } from './media-types.js';
import { rowWriter } from './value-json.js';

export type TokenName = 'continuationToken' | 'consistencyToken';

/** How rows of one query are laid out in an answer. Pieces are written one after the other; each row is one piece. */
export interface Framing {
  readonly contentType: string;
  header(): string;
  row(row: ResultRow): string;
  /** How to go on after the rows so far, or what they knew. */
  token(name: TokenName, token: string): string;
  error(body: ErrorBody): string;
  /** After the last row. */
  end(): string;
}

/** `` `COL` TYPE, … ``; key columns are marked in pull queries only. */
export function schemaText(columns: readonly ResultColumn[], markKeys: boolean): string {
  return columns.map((column) => `${quoteName(column.name)} ${formatType(column.type)}${markKeys && column.isKey ? ' KEY' : ''}`).join(', ');
}

function objects(result: QueryResult, contentType: string, header: object, row: (row: ResultRow) => string): Framing {
  return {
    contentType,
    header: () => `[${JSON.stringify({ header })}`,
    row,
    token: (name, token) => `,\n${JSON.stringify({ [name]: { [name]: token } })}`,
    error: (body) => `,\n${JSON.stringify({ errorMessage: body })}`,
    end: () => {
      const outcome = result.outcome();
      if (result.kind === 'pull' || outcome === null) return ']\n';
      return `,\n{"finalMessage":"${outcome === 'limit' ? 'Limit Reached' : 'Query Completed'}"}]\n`;
    },
  };
}

/** The objects of `/query`: an array, one element a line. */
export function objectFraming(result: QueryResult, contentType: string = V1_JSON): Framing {
  const { write } = prepared(result.columns);
  const header = { queryId: result.queryId, schema: schemaText(result.columns, result.kind === 'pull') };
  return objects(result, contentType, header, (row) => `,\n{"row":{"columns":${write(row.values)}${row.tombstone ? ',"tombstone":true' : ''}}}`);
}

/** The same objects with rows as protobuf messages, in base64. */
export function protobufFraming(result: QueryResult): Framing {
  const messages = protobufRows(result.columns);
  const header = { queryId: result.queryId, schema: schemaText(result.columns, result.kind === 'pull'), protoSchema: messages.schema };
  return objects(result, PROTOBUF, header, (row) => `,\n{"row":{"protobufBytes":"${messages.encode(row.values).toString('base64')}"${row.tombstone ? ',"tombstone":true' : ''}}}`);
}

interface Prepared {
  readonly write: (values: ResultRow['values']) => string;
  /** The metadata behind the query's id. */
  readonly names: string;
}
const preparedByColumns = new WeakMap<readonly ResultColumn[], Prepared>();

/** What depends on the columns only, made once for results that share them. */
function prepared(columns: readonly ResultColumn[]): Prepared {
  const known = preparedByColumns.get(columns);
  if (known !== undefined) return known;
  const columnNames = JSON.stringify(columns.map((column) => column.name));
  const columnTypes = JSON.stringify(columns.map((column) => formatType(column.type)));
  const made = { write: rowWriter(columns.map((column) => column.type)), names: `"columnNames":${columnNames},"columnTypes":${columnTypes}` };
  preparedByColumns.set(columns, made);
  return made;
}

function metadata(result: QueryResult): string {
  return `{"queryId":${JSON.stringify(result.queryId)},${prepared(result.columns).names}}`;
}

/** Lines: the metadata, then an array a row. Deleted rows are left out. */
export function delimitedFraming(result: QueryResult): Framing {
  const { write } = prepared(result.columns);
  return {
    contentType: DELIMITED,
    header: () => `${metadata(result)}\n`,
    row: (row) => (row.tombstone ? '' : `${write(row.values)}\n`),
    token: (name, token) => `${JSON.stringify({ [name]: token })}\n`,
    error: (body) => `${JSON.stringify(body)}\n`,
    end: () => '',
  };
}

/** One JSON array: the metadata, then an array a row. */
export function arrayFraming(result: QueryResult): Framing {
  const { write } = prepared(result.columns);
  return {
    contentType: JSON_TYPE,
    header: () => `[${metadata(result)}`,
    row: (row) => (row.tombstone ? '' : `,\n${write(row.values)}`),
    token: (name, token) => `,\n${JSON.stringify({ [name]: token })}`,
    error: (body) => `,\n${JSON.stringify(body)}`,
    end: () => ']\n',
  };
}
