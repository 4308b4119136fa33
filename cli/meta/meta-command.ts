import type { PromptContext } from '../prompt-state.js';
import type { Terminal } from '../terminal/pager.js';
import type { TerminalScreen } from '../terminal/screen.js';

/** What a meta-command works on. */
export interface MetaContext extends PromptContext {
  readonly screen: TerminalScreen;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  /** null: answers are not paged. */
  readonly usePager: (command: string | null) => void;
  /** Newest first. */
  readonly history: () => readonly string[];
}

/** What the prompt does next. `edited`: it takes this text as if it had been typed. */
export type MetaDone = { readonly kind: 'stay' } | { readonly kind: 'leave' } | { readonly kind: 'edited'; readonly text: string };
export const STAY: MetaDone = { kind: 'stay' };

export interface MetaCommand {
  /** With its backslash. */
  readonly name: string;
  /** What may follow it. */
  readonly takes: string;
  readonly help: string;
  /** Reaches files or programs of this machine: not there in safe mode. */
  readonly reachesMachine?: true;
  readonly run: (rest: string, context: MetaContext) => Promise<MetaDone> | MetaDone;
}

/** A mistake in the use of a meta-command. */
export class MetaError extends Error {}
