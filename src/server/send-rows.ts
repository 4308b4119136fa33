import type { QueryResult } from '../engine/index.js';
import { errorBody } from './error-body.js';
import type { Framing } from './framing.js';
import type { StreamWriter } from './stream-writer.js';

const BATCH_CHARS = 16 * 1024;

/**
 * Sends a query's rows until it ends or the client goes. With `oneRowPerWrite` (HTTP/2) every row is a frame of its own:
 * existing clients parse frame by frame.
 */
export async function sendRows(result: QueryResult, framing: Framing, writer: StreamWriter, oneRowPerWrite: boolean): Promise<void> {
  writer.whenClosed(() => void result.close());
  writer.head(200, { 'content-type': framing.contentType });
  await writer.write(framing.header());
  try {
    for await (const rows of result.rows) {
      let batch = '';
      for (const row of rows) {
        batch += framing.row(row);
        if (!oneRowPerWrite && batch.length < BATCH_CHARS) continue;
        await writer.write(batch);
        batch = '';
      }
      await writer.write(batch);
      if (writer.isClosed) return;
    }
  } catch (error) {
    await writer.write(framing.error(errorBody(error).body));
  }
  await writer.write(framing.end());
  writer.end();
}
