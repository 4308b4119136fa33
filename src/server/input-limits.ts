import type { Settings } from '../engine/index.js';

/** How much a single request may bring. */
export interface InputLimits {
  /** Longest body of a request that is read as a whole. */
  readonly bodyBytes: number;
  /** Longest row of a stream of rows. */
  readonly rowBytes: number;
  /** Characters of the statements of one request, before variables are replaced. */
  readonly statementChars: number;
}

/** The limits by the server's settings. Throws nothing: a value that is no positive number lets nothing in. */
export function inputLimits(settings: Settings): InputLimits {
  return {
    bodyBytes: settings.number('millrace.server.max.body.bytes'),
    rowBytes: settings.number('millrace.server.max.row.bytes'),
    statementChars: settings.number('millrace.server.max.statement.chars'),
  };
}
