import { EXIT } from '../exit-codes.js';
import { openBulkSession, type BulkSession, type SessionOptions } from '../bulk/bulk-session.js';
import { Progress } from '../bulk/progress.js';
import { formatOfFile, openInput, readCsv, readNdjson, type FileRow } from '../bulk/read-rows.js';
import { reportError } from '../report-error.js';

export interface ImportCommand extends SessionOptions {
  readonly target: string;
  /** null: standard input. */
  readonly file: string | null;
  readonly format?: string;
  readonly columns?: string;
  readonly delimiter?: string;
  readonly onError: 'stop' | 'skip' | 'log';
  readonly resume?: string;
}

const BATCH_ROWS = 1000;
const BATCH_BYTES = 1024 * 1024;

/** Rows in the groups that are written together. While one is written nothing more is read. */
async function* batches(rows: AsyncIterable<FileRow>, skip: number): AsyncGenerator<readonly FileRow[]> {
  let batch: FileRow[] = [];
  let bytes = 0;
  let met = 0;
  for await (const row of rows) {
    met += 1;
    if (met <= skip) continue;
    batch.push(row);
    bytes += row.json.length;
    if (batch.length < BATCH_ROWS && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

interface Loading {
  readonly command: ImportCommand;
  readonly session: BulkSession;
  readonly progress: Progress;
  readonly isInterrupted: () => boolean;
}

async function load(rows: AsyncIterable<FileRow>, values: 'json' | 'text', { command, session, progress, isInterrupted }: Loading): Promise<number> {
  const token = command.resume ?? null;
  let position = token === null ? 0 : await session.importPosition(command.target, token);
  if (position > 0) progress.say(`going on behind row ${position.toLocaleString('en')}`);
  let rejected = 0;
  const onError = command.onError === 'stop' ? 'stop' : 'skip';
  for await (const batch of batches(rows, position)) {
    const outcome = await session.importRows({ target: command.target, lines: batch.map((row) => row.json), position, values, onError, token });
    position = outcome.position;
    rejected += outcome.rejected.length;
    progress.add(outcome.appended);
    for (const { index, message, hint } of command.onError === 'skip' ? [] : outcome.rejected) {
      progress.say(`line ${batch[index]?.line ?? '?'}: ${message}${hint === null ? '' : ` (${hint})`}`);
    }
    if (rejected > 0 && onError === 'stop') {
      progress.end('; stopped at a row that does not fit (--on-error skip leaves such rows out, log tells them too)');
      return EXIT.failed;
    }
    if (!isInterrupted()) continue;
    progress.end(token === null ? '; interrupted' : `; interrupted, the same command goes on behind row ${position}`);
    return EXIT.interrupted;
  }
  progress.end(rejected === 0 ? '' : `; ${rejected} row${rejected === 1 ? '' : 's'} left out`);
  return EXIT.done;
}

function rowsOf(command: ImportCommand): { readonly rows: AsyncIterable<FileRow>; readonly values: 'json' | 'text' } {
  const input = openInput(command.file);
  if (formatOfFile(command.file, command.format) === 'ndjson') return { rows: readNdjson(input), values: 'json' };
  const delimiter = command.delimiter ?? (command.file?.toLowerCase().endsWith('.tsv') === true ? '\t' : ',');
  return { rows: readCsv(input, { delimiter: delimiter === '\\t' ? '\t' : delimiter, columns: command.columns?.split(',') ?? null }), values: 'text' };
}

/** `millrace import`: rows of a file or of standard input into a stream, table or topic. */
export async function runImport(command: ImportCommand): Promise<number> {
  let session: BulkSession;
  try {
    session = await openBulkSession(command);
  } catch (error) {
    reportError(error);
    return EXIT.unreachable;
  }
  let interrupted = false;
  process.on('SIGINT', () => {
    // The second time nobody wants to wait.
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
  });
  const progress = new Progress('imported', process.stderr.isTTY === true);
  try {
    const { rows, values } = rowsOf(command);
    return await load(rows, values, { command, session, progress, isInterrupted: () => interrupted });
  } catch (error) {
    progress.end('; failed');
    reportError(error);
    return EXIT.failed;
  } finally {
    await session.close();
  }
}
