import type { HttpClient } from '../../src/client/index.js';
import { RequestError } from '../../src/errors/index.js';
import { CURRENT, NONE, type MigrationMetadata } from './metadata.js';
import type { Migration } from './project.js';
import { runFile } from './run-file.js';

/** Which versions: exactly one of these. */
export type ApplyRange = { readonly kind: 'all' | 'next' } | { readonly kind: 'until' | 'version'; readonly version: number };

export interface ApplyOptions {
  readonly range: ApplyRange;
  readonly isDryRun: boolean;
  readonly variables: ReadonlyMap<string, string>;
  readonly say: (text: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface MigrationServices {
  readonly metadata: MigrationMetadata;
  readonly client: HttpClient;
  readonly migrations: readonly Migration[];
}

/** The newest version that is applied; `<none>`. */
export async function latestMigrated(metadata: MigrationMetadata): Promise<string> {
  const current = await metadata.read(CURRENT);
  if (current === null) return NONE;
  if (current.state === 'MIGRATED') return current.version;
  if (current.previous === NONE) return NONE;
  const previous = await metadata.read(current.previous);
  if (previous?.state !== 'MIGRATED') throw new RequestError('SERVER', `Version ${current.previous}, the one before ${current.version}, is not migrated`, { hint: 'See `millrace migrations info`.' });
  return current.previous;
}

/** Compares the files of all applied versions with what was applied. Throws RequestError at the first that differs. */
export async function validateApplied({ metadata, migrations }: MigrationServices): Promise<void> {
  for (let version = await latestMigrated(metadata); version !== NONE; ) {
    const record = await metadata.read(version);
    if (record?.state !== 'MIGRATED') throw new RequestError('SERVER', `Version ${version} is not migrated: ${record?.state ?? 'it is unknown'}`);
    const file = migrations.find((each) => String(each.version) === version);
    if (file === undefined) throw new RequestError('BAD_REQUEST', `No migrations file for version ${version}, which has been applied`);
    if (file.checksum !== record.checksum) {
      throw new RequestError('BAD_REQUEST', `Checksum of ${file.path} differs from what was applied as version ${version}`, { hint: 'Restore the file, and write what is new into a new version.' });
    }
    version = record.previous;
  }
}

function chosen(migrations: readonly Migration[], previous: number, range: ApplyRange): readonly Migration[] {
  const later = migrations.filter((each) => each.version > previous);
  switch (range.kind) {
    case 'all':
      return later;
    case 'next':
      if (later[0] === undefined) throw new RequestError('BAD_REQUEST', 'No eligible migrations found.');
      return [later[0]];
    case 'until':
      return later.filter((each) => each.version <= range.version);
    case 'version': {
      const found = later.find((each) => each.version === range.version);
      if (found === undefined) throw new RequestError('BAD_REQUEST', `Version ${range.version} cannot be applied: it has no file, or is not behind version ${previous}`);
      return [found];
    }
  }
}

async function applyOne(migration: Migration, previous: string, { metadata, client }: MigrationServices, { variables, now }: ApplyOptions): Promise<void> {
  if (previous !== NONE) await metadata.waitFor(previous, (record) => record?.state === 'MIGRATED');
  const startedOn = String(now());
  const record = { startedOn, completedOn: '', previous, errorReason: 'N/A' };
  await metadata.write(migration, { ...record, state: 'RUNNING' });
  try {
    await runFile({ sql: migration.sql, variables }, client);
  } catch (error) {
    const errorReason = error instanceof Error ? error.message : String(error);
    await metadata.write(migration, { ...record, state: 'ERROR', completedOn: String(now()), errorReason });
    throw error;
  }
  await metadata.write(migration, { ...record, state: 'MIGRATED', completedOn: String(now()) });
}

/** Applies versions in order and stops at the first that fails. */
export async function applyMigrations(services: MigrationServices, options: ApplyOptions): Promise<void> {
  const { metadata, migrations } = services;
  const { say } = options;
  await metadata.require();
  await validateApplied(services);
  let previous = await latestMigrated(metadata);
  const todo = chosen(migrations, previous === NONE ? 0 : Number(previous), options.range);
  if (todo.length === 0) say('No eligible migrations found.');
  for (const migration of todo) {
    say(`${options.isDryRun ? 'Dry run of' : 'Applying'} migration version ${migration.version}: ${migration.name}\n${migration.path} contents:\n${migration.sql}`);
    if (options.isDryRun) continue;
    await applyOne(migration, previous, services, options);
    say(`Successfully migrated`);
    previous = String(migration.version);
  }
}
