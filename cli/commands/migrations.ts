import { readFileSync } from 'node:fs';
import { HttpClient } from '../../src/client/index.js';
import { RequestError } from '../../src/errors/index.js';
import { EXIT } from '../exit-codes.js';
import { createRowPrinter } from '../format/row-printer.js';
import { applyMigrations, validateApplied, type ApplyRange, type MigrationServices } from '../migrations/apply.js';
import { CURRENT, MigrationMetadata } from '../migrations/metadata.js';
import { createMigration, newProject, readConfig, readMigrations, type MigrationConfig } from '../migrations/project.js';
import { parseProperties } from '../read-settings.js';
import { reportError } from '../report-error.js';

const say = (text: string): void => console.log(text);

export interface ApplyCommand {
  readonly all?: boolean;
  readonly next?: boolean;
  readonly until?: string;
  readonly version?: string;
  readonly dryRun?: boolean;
  readonly define: readonly string[];
  readonly headers?: string;
}

function services(config: MigrationConfig, headers?: string): MigrationServices {
  const given = headers === undefined ? {} : { headers: Object.fromEntries(parseProperties(readFileSync(headers, 'utf8'))) };
  const client = new HttpClient({ ...config.access, ...given });
  return { client, metadata: new MigrationMetadata(client, config), migrations: readMigrations(config.folder, (text) => console.error(text)) };
}

function versionOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new RequestError('BAD_REQUEST', `${text} is no version: a number from 1 to 999999`);
  return Number(text);
}

function rangeOf({ all, next, until, version }: ApplyCommand): ApplyRange {
  const ranges: ApplyRange[] = [
    ...(all === true ? [{ kind: 'all' as const }] : []),
    ...(next === true ? [{ kind: 'next' as const }] : []),
    ...(until === undefined ? [] : [{ kind: 'until' as const, version: versionOf(until) }]),
    ...(version === undefined ? [] : [{ kind: 'version' as const, version: versionOf(version) }]),
  ];
  const [range, ...others] = ranges;
  if (range === undefined || others.length > 0) throw new RequestError('BAD_REQUEST', 'Give exactly one of --all, --next, --until and --version');
  return range;
}

function definitions(define: readonly string[]): ReadonlyMap<string, string> {
  return new Map(define.map((each) => {
    const at = each.indexOf('=');
    if (at < 1) throw new RequestError('BAD_REQUEST', `--define ${each} is not NAME=VALUE`);
    return [each.slice(0, at), each.slice(at + 1)] as const;
  }));
}

async function showInfo({ metadata, migrations }: MigrationServices): Promise<void> {
  await metadata.require();
  const current = await metadata.read(CURRENT);
  say(`Current migration version: ${current?.version ?? 'None'}`);
  if (migrations.length === 0) return say('No migrations files found');
  const time = (ms: string): string => (ms === '' ? 'N/A' : new Date(Number(ms)).toISOString());
  const rows: (readonly string[])[] = [];
  for (const { version, name } of migrations) {
    const record = await metadata.read(String(version));
    rows.push(record === null ? [String(version), name, 'PENDING', 'N/A', 'N/A', 'N/A', 'N/A'] : [String(version), name, record.state, record.previous, time(record.startedOn), time(record.completedOn), record.errorReason]);
  }
  const columns = ['Version', 'Name', 'State', 'Previous Version', 'Started On', 'Completed On', 'Error Reason'].map((column) => ({ name: column, type: 'STRING' }));
  const printer = createRowPrinter('table', columns, { width: process.stdout.columns ?? 200, rows, columnWidth: 0, wraps: false });
  process.stdout.write(printer.header() + rows.map((row) => printer.row(row, '')).join('') + printer.end(rows.length));
}

/** Runs one of the commands and says how long it took, as ksqlDB's tool does. */
async function timed(work: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  try {
    await work();
    say(`Execution time: ${((performance.now() - started) / 1000).toFixed(4)} seconds`);
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  }
}

function configOf(file: string | undefined): MigrationConfig {
  if (file === undefined) throw new RequestError('BAD_REQUEST', 'The configuration of the project is missing', { hint: 'Give --config-file ksql-migrations.properties.' });
  return readConfig(file);
}

export const runNewProject = (path: string, url: string): Promise<number> => timed(() => newProject(path, url, say));
export const runInitialize = (config: string | undefined): Promise<number> =>
  timed(async () => {
    await services(configOf(config)).metadata.initialize();
    say('Migrations metadata initialized successfully');
  });
export const runCreate = (config: string | undefined, description: string, version: string | undefined): Promise<number> =>
  timed(() => say(`Created file: ${createMigration(configOf(config).folder, description, version === undefined ? null : versionOf(version))}`));
export const runApply = (config: string | undefined, command: ApplyCommand): Promise<number> =>
  timed(() => applyMigrations(services(configOf(config), command.headers), { range: rangeOf(command), isDryRun: command.dryRun === true, variables: definitions(command.define), say, now: () => Date.now() }));
export const runInfo = (config: string | undefined): Promise<number> => timed(() => showInfo(services(configOf(config))));
export const runValidate = (config: string | undefined): Promise<number> =>
  timed(async () => {
    const all = services(configOf(config));
    await all.metadata.require();
    await validateApplied(all);
    say('Successfully validated checksums for migrations that have already been applied');
  });
export const runDestroy = (config: string | undefined): Promise<number> =>
  timed(async () => {
    await services(configOf(config)).metadata.destroy();
    say('Migrations metadata cleaned successfully');
  });
