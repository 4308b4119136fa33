/** Rows of a file on their way into one stream, table or topic. */
export interface ImportRequest {
  readonly target: string;
  /** One JSON object each. */
  readonly lines: readonly string[];
  /** How many rows of the file come before these. */
  readonly position: number;
  /** `json`: values have the types of JSON. `text`: they are texts, as in delimited files, read by the type of their column. */
  readonly values: 'json' | 'text';
  /** What a row that does not fit does: it ends the import before itself, or is left out. */
  readonly onError: 'stop' | 'skip';
  /** Names the import: its progress is committed together with its records, so that it goes on exactly where it stopped. */
  readonly token: string | null;
}
export interface RejectedRow {
  /** Index in `lines`. */
  readonly index: number;
  readonly message: string;
  readonly hint: string | null;
}
export interface ImportOutcome {
  /** Records appended now. */
  readonly appended: number;
  readonly rejected: readonly RejectedRow[];
  /** Rows of the file that are dealt with: where the next request goes on. */
  readonly position: number;
}

/** Where in time an export begins or ends: epoch milliseconds of records. */
export type ExportBound = 'earliest' | 'latest' | number;
export interface ExportRequest {
  readonly target: string;
  /** Also the next offset of each partition, to go on with an earlier export. */
  readonly from: ExportBound | { readonly offsets: readonly number[] };
  /** Records from this time on are left out; `latest`: those written after the export began. */
  readonly to: 'latest' | number;
  /** Goes on with what is written later, until it is closed. */
  readonly follow: boolean;
  readonly limit: number | null;
  /** What a record that cannot be read does: it ends the export, or is left out and counted. */
  readonly onError: 'stop' | 'skip';
}
