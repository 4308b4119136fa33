import type { Parameter } from '../functions/index.js';
import type { SqlType } from '../types/index.js';

export type Callback = (...values: unknown[]) => unknown;

/** A definition of a function that has been looked over, without its code: plain data that may be sent to another thread. */
export interface FunctionFacts {
  readonly kind: 'scalar' | 'table' | 'aggregate';
  readonly name: string;
  readonly description: string;
  readonly author: string | null;
  readonly parameters: readonly Parameter[];
  readonly returns: SqlType;
  /** Of aggregates. */
  readonly state: SqlType | null;
  readonly nulls: 'propagate' | 'called';
  readonly deterministic: boolean;
  /** Where it stands, for messages. */
  readonly place: string;
}

/** A definition with its code: whatever wrote it, it is one. */
export interface ReadDefinition extends FunctionFacts {
  readonly callbacks: ReadonlyMap<string, Callback>;
}

/** Where in a folder's modules the code of a definition stands. */
export interface FunctionSource {
  readonly path: string;
  /** What was imported: names the text that was read then. */
  readonly address: string;
  readonly exportName: string;
  /** Its place in the list that is exported; 0 for a definition alone. */
  readonly index: number;
}

/** A definition as another thread found it in a module: fields that are functions only by name. */
export interface FoundDefinition {
  readonly kind: 'scalar' | 'table' | 'aggregate';
  readonly place: string;
  readonly source: FunctionSource;
  readonly fields: readonly (readonly [name: string, value: unknown])[];
  readonly callbacks: readonly { readonly name: string; readonly isAsync: boolean }[];
}

/** A function of a folder for the thread that will run it. */
export interface FolderFunction {
  readonly facts: FunctionFacts;
  readonly source: FunctionSource;
  readonly callbacks: readonly string[];
}
