import type { QueryResult } from '../engine/index.js';
import { errorBody } from './error-body.js';
import type { Framing } from './framing.js';
import { V1_JSON } from './media-types.js';
import type { StreamWriter } from './stream-writer.js';

const BATCH_CHARS = 16 * 1024;

/** Pieces of an answer on their way: gathered into batches, or (HTTP/2) each one a frame of its own. */
class Pieces {
  private batch = '';
  begun = false;
  /** The last continuation token sent. */
  token: string | null = null;

  constructor(
    private readonly writer: StreamWriter,
    private readonly framing: Framing,
    private readonly oneByOne: boolean,
  ) {}

  begin(): Promise<void> | null {
    this.begun = true;
    this.writer.head(200, { 'content-type': this.framing.contentType });
    return this.add(this.framing.header());
  }

  /** Null: go on at once. */
  add(piece: string): Promise<void> | null {
    if (this.oneByOne) return this.writer.write(piece);
    this.batch += piece;
    return this.batch.length < BATCH_CHARS ? null : this.flush();
  }

  flush(): Promise<void> {
    const { batch } = this;
    this.batch = '';
    return this.writer.write(batch);
  }

  end(): void {
    this.writer.end(this.batch);
  }
}

async function sendAll(result: QueryResult, framing: Framing, writer: StreamWriter, pieces: Pieces): Promise<void> {
  // A push query's header tells the client that the query runs; that of a pull query waits for its first rows or its failure.
  const isPush = result.kind !== 'pull';
  if (isPush) {
    await pieces.begin();
    await pieces.flush();
  }
  for await (const rows of result.rows) {
    if (!pieces.begun) await pieces.begin();
    for (const row of rows) {
      const full = pieces.add(framing.row(row));
      if (full !== null) await full;
      if (writer.isClosed) return;
    }
    if (isPush) await pushed(result, framing, pieces);
  }
  if (!pieces.begun) await pieces.begin();
  const token = result.consistencyToken();
  if (token !== null) await pieces.add(framing.token('consistencyToken', token));
}

async function pushed(result: QueryResult, framing: Framing, pieces: Pieces): Promise<void> {
  const token = result.continuationToken();
  if (token !== pieces.token && token !== null) await pieces.add(framing.token('continuationToken', token));
  pieces.token = token;
  await pieces.flush();
}

/**
 * Sends a query's rows until it ends or the client goes. With `rowByRow` (HTTP/2) every row is a frame of its own:
 * existing clients parse frame by frame.
 */
export async function sendRows(result: QueryResult, framing: Framing, writer: StreamWriter, rowByRow: boolean): Promise<void> {
  writer.whenClosed(() => void result.close());
  const pieces = new Pieces(writer, framing, rowByRow);
  try {
    await sendAll(result, framing, writer, pieces);
  } catch (error) {
    const { status, body } = errorBody(error);
    if (!pieces.begun) {
      writer.head(status, { 'content-type': V1_JSON });
      writer.end(JSON.stringify(body));
      return;
    }
    await pieces.add(framing.error(body));
  }
  await pieces.add(framing.end());
  pieces.end();
  result.sent(writer.bytes);
}
