import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { ExportBound, ExportRequest } from '../../src/api/index.js';
import { RequestError } from '../../src/errors/index.js';
import { openBulkSession, type BulkSession, type ExportedRows, type SessionOptions } from '../bulk/bulk-session.js';
import { Progress } from '../bulk/progress.js';
import { formatOfFile } from '../bulk/read-rows.js';
import { MARKS, rowWriterFor, type Metadata } from '../bulk/write-rows.js';
import { EXIT } from '../exit-codes.js';
import { elementsOf } from '../format/cells.js';
import { reportError } from '../report-error.js';

export interface ExportCommand extends SessionOptions {
  readonly target: string;
  /** null: standard output. */
  readonly file: string | null;
  readonly format?: string;
  readonly delimiter?: string;
  readonly from: string;
  readonly to?: string;
  readonly follow?: boolean;
  readonly limit?: string;
  readonly metadata: Metadata;
  readonly onError: 'stop' | 'skip';
  /** File that keeps how far the export has come. */
  readonly position?: string;
}

function bound(text: string, name: string): ExportBound {
  if (text === 'earliest' || text === 'latest') return text;
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(ms)) throw new RequestError('BAD_REQUEST', `${name} ${text} is no time`, { hint: 'Give earliest, latest, epoch milliseconds or 2026-01-31T12:00:00Z.' });
  return ms;
}

function limitOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new RequestError('BAD_REQUEST', `--limit ${text} is not a count of rows`);
  return Number(text);
}

/** Offsets by partition, as the position file of an earlier run has them. */
function savedOffsets(file: string | undefined): number[] | null {
  if (file === undefined || !existsSync(file)) return null;
  const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(saved)) throw new RequestError('BAD_REQUEST', `${file} is not a position file`);
  return saved.map((each) => (typeof each === 'number' ? each : 0));
}

function requestOf(command: ExportCommand, offsets: number[] | null): ExportRequest {
  const to = bound(command.to ?? 'latest', '--to');
  return {
    target: command.target,
    from: offsets === null ? bound(command.from, '--from') : { offsets },
    to: to === 'earliest' ? 0 : to,
    follow: command.follow === true,
    limit: limitOf(command.limit),
    onError: command.onError,
  };
}

/** Remembers the next offset of each partition; replaced as a whole, so a crash leaves the old file or the new one. */
class PositionFile {
  constructor(
    private readonly path: string | undefined,
    private readonly offsets: number[],
  ) {}

  reached(partition: number, offset: number): void {
    while (this.offsets.length <= partition) this.offsets.push(0);
    this.offsets[partition] = offset + 1;
  }

  save(): void {
    if (this.path === undefined) return;
    writeFileSync(`${this.path}.new`, JSON.stringify(this.offsets));
    renameSync(`${this.path}.new`, this.path);
  }
}

const PIECE = 64 * 1024;

interface Writing {
  readonly command: ExportCommand;
  readonly output: Writable;
  readonly progress: Progress;
  readonly offsets: number[] | null;
}

async function write(result: ExportedRows, { command, output, progress, offsets }: Writing): Promise<void> {
  const names = result.columns.map((column) => column.name);
  const writer = await rowWriterFor(formatOfFile(command.file, command.format), names, command.metadata, command.delimiter ?? ',');
  const position = new PositionFile(command.position, offsets ?? []);
  const [partitionAt, offsetAt] = [names.indexOf(MARKS.partition), names.indexOf(MARKS.offset)];
  // What is appended to has its header already.
  let piece = offsets === null ? writer.header() : '';
  let rows = 0;
  const flush = async (): Promise<void> => {
    if (piece !== '' && !output.write(piece)) await once(output, 'drain');
    piece = '';
    progress.add(rows);
    rows = 0;
    if (command.position !== undefined) position.save();
  };
  for await (const json of result.rows) {
    piece += writer.row(json);
    rows += 1;
    if (command.position !== undefined) {
      const elements = elementsOf(json);
      position.reached(Number(elements[partitionAt]), Number(elements[offsetAt]));
    }
    if (piece.length >= PIECE || command.follow === true) await flush();
  }
  await flush();
}

async function finish(output: Writable): Promise<void> {
  if (output === process.stdout) return;
  output.end();
  await once(output, 'close');
}

/** `millrace export`: the records of a stream, table or topic as lines. */
export async function runExport(command: ExportCommand): Promise<number> {
  // The reader of a pipe may leave early, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed));
  let session: BulkSession;
  let request: ExportRequest;
  let offsets: number[] | null;
  try {
    offsets = savedOffsets(command.position);
    request = requestOf(command, offsets);
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  try {
    session = await openBulkSession(command);
  } catch (error) {
    reportError(error);
    return EXIT.unreachable;
  }
  const progress = new Progress('exported', process.stderr.isTTY === true && command.file !== null);
  try {
    const result = await session.exportRows(request);
    process.on('SIGINT', () => void result.close());
    const output = command.file === null ? process.stdout : createWriteStream(command.file, { flags: offsets === null ? 'w' : 'a' });
    await write(result, { command, output, progress, offsets });
    await finish(output);
    const skipped = result.skipped();
    progress.end(skipped === 0 ? '' : `; ${skipped} record${skipped === 1 ? '' : 's'} left out that cannot be read`);
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  } finally {
    await session.close();
  }
}
