import type { Cell, Layout, OutputMode, ShownColumn } from './format/row-printer.js';
import type { Running } from './running.js';
import type { Properties, SqlSession } from './sql-session.js';
import type { Screen } from './terminal/screen.js';

/** `auto`: rows one below the other where they are wider than the screen. */
export type Expanded = 'on' | 'off' | 'auto';
/** How changes that keep coming are shown: row after row, as a table drawn in place, or with what happened to each row. */
export type LiveView = 'off' | 'table' | 'changelog';

/** The last rows shown, whole: for showing them again. */
export interface LastResult {
  readonly columns: readonly ShownColumn[];
  /** JSON texts, at most `KEPT_ROWS`. */
  readonly rows: readonly string[];
}
export const KEPT_ROWS = 10_000;

/** What a prompt keeps between statements. */
export interface PromptState {
  mode: OutputMode;
  expanded: Expanded;
  live: LiveView;
  /** `set cli COLUMN-WIDTH`: of every column; 0: what fits. */
  columnWidth: number;
  /** `set cli WRAP`: long values go on in the next line; else they are cut. */
  wraps: boolean;
  timing: boolean;
  /** A statement does not wait until the server has applied the commands before it. */
  pipelining: boolean;
  /** A push query ends after so many rows, or so long, by itself. */
  readonly limits: QueryLimits;
  readonly properties: Map<string, string>;
  readonly variables: Map<string, string>;
  last: LastResult | null;
  /** The last statement typed: for the editor and for watching. */
  lastStatement: string | null;
  /** No local files, programs or other servers. */
  readonly isSafe: boolean;
}
export interface QueryLimits {
  readonly rows: number | null;
  readonly milliseconds: number | null;
}

/** What statements are run with. */
export interface PromptContext {
  readonly session: SqlSession;
  readonly state: PromptState;
  readonly screen: Screen;
  readonly running: Running;
}

/** What goes with each request. */
export function settings(state: PromptState): Properties {
  return { properties: Object.fromEntries(state.properties), variables: Object.fromEntries(state.variables), isPipelined: state.pipelining };
}

export function layoutOf({ columnWidth, wraps }: PromptState, width: number, rows: readonly (readonly Cell[])[] | null): Layout {
  return { width, rows, columnWidth, wraps };
}

/** A prompt as it starts. */
export function initialState(given: Pick<PromptState, 'mode' | 'properties' | 'variables' | 'limits' | 'isSafe'>): PromptState {
  return { ...given, expanded: 'off', live: 'off', columnWidth: 0, wraps: false, timing: false, pipelining: false, last: null, lastStatement: null };
}
