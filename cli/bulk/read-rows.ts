import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { RequestError } from '../../src/errors/index.js';

/** A row as a JSON object in text, with the line of the file on which it ends. */
export interface FileRow {
  readonly line: number;
  readonly json: string;
}
export type FileFormat = 'ndjson' | 'csv';

/** What a file's name says; standard input is NDJSON. */
export function formatOfFile(file: string | null, wanted: string | undefined): FileFormat {
  if (wanted === 'csv' || wanted === 'ndjson') return wanted;
  return file !== null && /\.(csv|tsv)$/i.test(file) ? 'csv' : 'ndjson';
}

/** `-` or nothing: standard input. */
export function openInput(file: string | null): Readable {
  return file === null ? process.stdin : createReadStream(file);
}

const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Lines of JSON objects; empty ones are passed over. Only as much is read as is asked for. */
export async function* readNdjson(input: Readable): AsyncGenerator<FileRow> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  for await (const chunk of input) {
    const piece = Buffer.from(chunk as Uint8Array);
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (let end = rest.indexOf(0x0a, from); end >= 0; end = rest.indexOf(0x0a, from)) {
      line += 1;
      const json = rest.toString('utf8', from, end).trim();
      from = end + 1;
      if (json !== '') yield { line, json: line === 1 ? json.replace(/^\ufeff/, '') : json };
    }
    rest = rest.subarray(from);
    if (rest.length > MAX_LINE_BYTES) throw new RequestError('TOO_LARGE', `Line ${line + 1} is longer than ${MAX_LINE_BYTES} bytes`);
  }
  const json = rest.toString('utf8').trim();
  if (json !== '') yield { line: line + 1, json };
}

export interface CsvOptions {
  readonly delimiter: string;
  /** Names of the columns where the file has no line of them. */
  readonly columns: readonly string[] | null;
}

interface CsvRecord {
  readonly record: readonly (string | null)[];
  readonly info: { readonly lines: number };
}

function columnNames(names: readonly (string | null)[]): readonly string[] {
  const found = names.map((name) => (name ?? '').trim());
  const wrong = found.find((name, index) => name === '' || found.indexOf(name) !== index);
  if (wrong !== undefined) throw new RequestError('BAD_REQUEST', `The columns of the file are not named one by one: ${found.join(', ').slice(0, 200)}`, { hint: 'Give the names with --columns A,B,C.' });
  return found;
}

/** A row of another length has a name too few or too many: it is sent so that it is refused like any other bad row. */
function rowJson(names: readonly string[], cells: readonly (string | null)[]): string {
  if (cells.length !== names.length) return JSON.stringify(`${cells.length} cells instead of ${names.length}`);
  return `{${names.map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(cells[index] ?? null)}`).join(',')}}`;
}

/** Delimited text: an empty cell is null, an empty cell in quotes is an empty text. */
export async function* readCsv(input: Readable, { delimiter, columns }: CsvOptions): AsyncGenerator<FileRow> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    columns: false, info: true, bom: true, relax_column_count: true, skip_empty_lines: true, delimiter, max_record_size: MAX_LINE_BYTES,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let names = columns === null ? null : columnNames(columns);
  // Records with `info` have exactly this shape.
  for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
    if (names === null) names = columnNames(record);
    else yield { line: info.lines, json: rowJson(names, record) };
  }
}
