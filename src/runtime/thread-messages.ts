import type { FromBroker, ToBroker } from '../broker/index.js';
import type { Labels, LogFields } from '../env/index.js';
import type { ErrorCode } from '../errors/index.js';
import type { FolderFunction, FoundDefinition } from '../extension/index.js';
import type { RegisteredSchema } from '../serde/index.js';
import type { FromGroup, ToGroup } from './messages.js';

/** What a thread is started with: plain data. */
export type ThreadSetup = GroupThreadSetup | DescribeThreadSetup;

/** A thread that runs a task group. */
export interface GroupThreadSetup {
  readonly kind: 'group';
  /** Functions of the folder, with which the thread's catalogue goes beyond the built-in ones. */
  readonly functions: readonly FolderFunction[];
  readonly broker: ThreadBroker;
  readonly stores: ThreadStores;
  /** Settings in force, for functions. */
  readonly properties: readonly (readonly [name: string, value: string])[];
  readonly zoneId: string;
  /** What the engine knows of the registry already. */
  readonly schemas: KnownSchemas;
  /** Part of transactional ids: the same for all threads that may run one query in turn. */
  readonly threadId: string;
  readonly watch: SharedArrayBuffer;
}

/** A thread that reads the modules of a folder, says what they define, and ends. */
export interface DescribeThreadSetup {
  readonly kind: 'describe';
  readonly folder: string;
  readonly watch: SharedArrayBuffer;
}

/** How the thread comes to its broker. A broker with connections is opened in the thread itself: one more kind here, one more case there. */
export type ThreadBroker = { readonly kind: 'remote'; readonly of: 'memory' | 'embedded' };

export type ThreadStores =
  | { readonly kind: 'memory' }
  | { readonly kind: 'disk'; readonly folder: string; readonly engine: 'level' | 'rocksdb'; readonly bootId: string };

/** A schema that a thread needs: by id, the newest of a subject, or the one a subject is written with. */
export type WantedSchema = { readonly id: number } | { readonly subject: string } | { readonly writing: string };
export interface FoundSchema {
  readonly schema: RegisteredSchema | null;
}

/** Schemas by id, the newest by subject (null: there is none), and the ids that subjects are written with. */
export interface KnownSchemas {
  readonly ids: readonly (readonly [id: number, schema: RegisteredSchema | null])[];
  readonly subjects: readonly (readonly [subject: string, schema: RegisteredSchema | null])[];
  readonly writing: readonly (readonly [subject: string, id: number])[];
}

export type ToThread =
  | { readonly kind: 'group'; readonly message: ToGroup }
  | { readonly kind: 'broker'; readonly message: FromBroker }
  | { readonly kind: 'schema'; readonly id: number; readonly found: FoundSchema | null; readonly error: ThreadError | null };

export type FromThread =
  | { readonly kind: 'ready' }
  /** The thread could not be set up. */
  | { readonly kind: 'failed'; readonly error: ThreadError }
  | { readonly kind: 'found'; readonly definitions: readonly FoundDefinition[] }
  | { readonly kind: 'group'; readonly message: FromGroup }
  | { readonly kind: 'broker'; readonly message: ToBroker }
  | { readonly kind: 'schema'; readonly id: number; readonly wanted: WantedSchema }
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string; readonly fields: LogFields }
  | { readonly kind: 'metric'; readonly method: 'count' | 'gauge' | 'observe'; readonly name: string; readonly labels: Labels; readonly value: number };

export interface ThreadError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
}
