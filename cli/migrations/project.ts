import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ClientOptions } from '../../src/client/index.js';
import { RequestError } from '../../src/errors/index.js';
import { parseProperties } from '../read-settings.js';
import { serverAccess } from './server-access.js';

/** Where a project's server is and how its metadata is called, by ksqlDB's names. */
export interface MigrationConfig {
  readonly access: ClientOptions;
  readonly folder: string;
  readonly stream: string;
  readonly table: string;
  readonly streamTopic: string | null;
  readonly tableTopic: string | null;
  readonly replicas: number;
}

/** One file `V000001__Add_orders.sql`. */
export interface Migration {
  readonly version: number;
  /** The text of the file's name, `_` as blank. */
  readonly name: string;
  readonly path: string;
  readonly sql: string;
  readonly checksum: string;
}

const CONFIG = 'ksql-migrations.properties';
const FOLDER = 'migrations';
const FILE = /^V(\d{6})__(.+)\.sql$/;
const LAST_VERSION = 999_999;

const COMMENTED = `
# ksql.auth.basic.username=
# ksql.auth.basic.password=
# bearer.auth.issuer.endpoint.url=
# bearer.auth.client.id=
# bearer.auth.client.secret=
# bearer.auth.scope=
# bearer.auth.cache.expiry.buffer.seconds=300
# ssl.truststore.location=
# ssl.keystore.location=
# ssl.keystore.password=
# ssl.key.password=
# ssl.verify.host=true
# ksql.migrations.stream.name=MIGRATION_EVENTS
# ksql.migrations.table.name=MIGRATION_SCHEMA_VERSIONS
# ksql.migrations.stream.topic.name=
# ksql.migrations.table.topic.name=
# ksql.migrations.topic.replicas=1
# ksql.migrations.dir.override=
`;

export function readConfig(file: string): MigrationConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RequestError('BAD_REQUEST', `The configuration ${file} cannot be read`, { cause, hint: '`millrace migrations new-project` makes one.' });
  }
  const values = new Map(parseProperties(text));
  const value = (name: string): string | null => (values.get(name) ?? '') || null;
  if (value('ksql.server.url') === null) throw new RequestError('BAD_REQUEST', `Missing required property ksql.server.url in ${file}`);
  return {
    access: serverAccess(value),
    folder: value('ksql.migrations.dir.override') ?? join(dirname(resolve(file)), FOLDER),
    stream: value('ksql.migrations.stream.name') ?? 'MIGRATION_EVENTS',
    table: value('ksql.migrations.table.name') ?? 'MIGRATION_SCHEMA_VERSIONS',
    streamTopic: value('ksql.migrations.stream.topic.name'),
    tableTopic: value('ksql.migrations.table.topic.name'),
    replicas: Number(value('ksql.migrations.topic.replicas') ?? 1),
  };
}

export function newProject(path: string, url: string, say: (text: string) => void): void {
  const config = join(path, CONFIG);
  if (existsSync(config)) throw new RequestError('BAD_REQUEST', `${config} exists already`, { hint: 'Name another folder.' });
  for (const folder of [path, join(path, FOLDER)]) {
    if (existsSync(folder)) say(`warning: ${folder} exists already`);
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(config, `ksql.server.url=${url}\n${COMMENTED}`);
  say(`Migrations project directory created: ${path}`);
}

/** The files of a project by version. Others are passed over with a word. */
export function readMigrations(folder: string, say: (text: string) => void): readonly Migration[] {
  if (!existsSync(folder)) throw new RequestError('BAD_REQUEST', `The folder ${folder} does not exist`, { hint: '`millrace migrations new-project` makes it.' });
  const migrations: Migration[] = [];
  for (const file of readdirSync(folder).sort()) {
    const [, digits = '', text = ''] = FILE.exec(file) ?? [];
    const version = Number(digits);
    if (text === '') {
      say(`warning: ${file} is no migration: names are V000001__Text.sql`);
      continue;
    }
    if (version === 0) throw new RequestError('BAD_REQUEST', `${file}: versions begin with 1`);
    if (migrations.some((each) => each.version === version)) throw new RequestError('BAD_REQUEST', `Found multiple migration files with version ${version}`);
    const path = join(folder, file);
    const bytes = readFileSync(path);
    migrations.push({ version, name: text.replaceAll('_', ' '), path, sql: bytes.toString('utf8'), checksum: createHash('md5').update(bytes).digest('hex') });
  }
  return migrations;
}

/** An empty file for the next version, or the given one. Gives its path. */
export function createMigration(folder: string, description: string, version: number | null): string {
  if (description.trim() === '') throw new RequestError('BAD_REQUEST', 'Description cannot be empty.');
  const existing = readMigrations(folder, () => undefined);
  const next = version ?? (existing.at(-1)?.version ?? 0) + 1;
  if (!Number.isInteger(next) || next < 1 || next > LAST_VERSION) throw new RequestError('BAD_REQUEST', `A version is a number from 1 to ${LAST_VERSION}`);
  if (existing.some((each) => each.version === next)) throw new RequestError('BAD_REQUEST', `Found existing migrations file for version ${next}`);
  const path = join(folder, `V${String(next).padStart(6, '0')}__${description.trim().replace(/[\s/\\:*?"<>|]/g, '_')}.sql`);
  writeFileSync(path, '', { flag: 'wx' });
  return path;
}
