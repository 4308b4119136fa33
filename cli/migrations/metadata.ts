import { setTimeout as delay } from 'node:timers/promises';
import type { HttpClient } from '../../src/client/index.js';
import { RequestError } from '../../src/errors/index.js';
import { formatIdentifier, formatString } from '../../src/parser/index.js';
import { cellsOf } from '../format/cells.js';
import type { Migration, MigrationConfig } from './project.js';

export type MigrationState = 'RUNNING' | 'MIGRATED' | 'ERROR';

/** What is known of one version, or of the newest one (`CURRENT`). Times are epoch milliseconds as text. */
export interface MigrationRecord {
  readonly version: string;
  readonly name: string;
  readonly state: MigrationState;
  readonly checksum: string;
  readonly startedOn: string;
  readonly completedOn: string;
  readonly previous: string;
  readonly errorReason: string;
}

export const CURRENT = 'CURRENT';
export const NONE = '<none>';
const COLUMNS = ['version', 'name', 'state', 'checksum', 'started_on', 'completed_on', 'previous', 'error_reason'] as const;
const EARLIEST = { properties: { 'auto.offset.reset': 'earliest' } };
const TRIES = 40;
const WAIT_MS = 250;

function isState(text: string): text is MigrationState {
  return text === 'RUNNING' || text === 'MIGRATED' || text === 'ERROR';
}

/** The stream of events and the table of versions, as ksqlDB's tool keeps them. */
export class MigrationMetadata {
  constructor(
    private readonly client: HttpClient,
    private readonly config: MigrationConfig,
  ) {}

  async initialize(): Promise<void> {
    const { stream, table, replicas } = this.config;
    const service = await this.serviceId();
    const topics = { stream: this.config.streamTopic ?? `${service}ksql_${stream}`, table: this.config.tableTopic ?? `${service}ksql_${table}` };
    const columns = ['version_key STRING KEY', ...COLUMNS.map((column) => `${column} STRING`)].join(', ');
    const latest = COLUMNS.map((column) => `latest_by_offset(${column}) AS ${column}`).join(', ');
    await this.client.execute(
      `CREATE STREAM ${formatIdentifier(stream)} (${columns}) WITH (KAFKA_TOPIC=${formatString(topics.stream)}, VALUE_FORMAT='JSON', PARTITIONS=1, REPLICAS=${replicas});
       CREATE TABLE ${formatIdentifier(table)} WITH (KAFKA_TOPIC=${formatString(topics.table)}) AS SELECT version_key, ${latest} FROM ${formatIdentifier(stream)} GROUP BY version_key;`,
      EARLIEST,
    );
  }

  /** Ends the query, drops table and stream with their topics. What is missing is passed over. */
  async destroy(): Promise<void> {
    for (const entity of await this.client.execute('SHOW QUERIES;')) {
      if (entity['@type'] !== 'queries') continue;
      for (const query of entity.queries) if (query.sinks.includes(this.config.table)) await this.client.execute(`TERMINATE ${formatIdentifier(query.id)};`);
    }
    await this.client.execute(`DROP TABLE IF EXISTS ${formatIdentifier(this.config.table)} DELETE TOPIC;`);
    await this.client.execute(`DROP STREAM IF EXISTS ${formatIdentifier(this.config.stream)} DELETE TOPIC;`);
  }

  /** Throws RequestError where the project has not been initialised. */
  async require(): Promise<void> {
    const entities = await this.client.execute('SHOW STREAMS; SHOW TABLES;');
    const names = entities.flatMap((entity) => (entity['@type'] === 'streams' ? entity.streams.map((each) => each.name) : entity['@type'] === 'tables' ? entity.tables.map((each) => each.name) : []));
    if (names.includes(this.config.stream) && names.includes(this.config.table)) return;
    throw new RequestError('BAD_REQUEST', 'The migrations metadata has not been initialized', { hint: 'Run `millrace migrations initialize-metadata`.' });
  }

  /** null: the version has never been begun. */
  async read(key: string): Promise<MigrationRecord | null> {
    const result = await this.client.query(`SELECT ${COLUMNS.join(', ')} FROM ${formatIdentifier(this.config.table)} WHERE version_key = ${formatString(key)};`);
    for await (const row of result.rows) {
      const [version = '', name = '', state = '', checksum = '', startedOn = '', completedOn = '', previous = '', errorReason = ''] = cellsOf(row).map((cell) => cell ?? '');
      if (!isState(state)) throw new RequestError('SERVER', `Version ${key} is in an unknown state: ${state}`);
      return { version, name, state, checksum, startedOn, completedOn, previous, errorReason };
    }
    return null;
  }

  async write({ version, name, checksum }: Migration, record: Omit<MigrationRecord, 'version' | 'name' | 'checksum'>): Promise<void> {
    const values = [String(version), name, record.state, checksum, record.startedOn, record.completedOn, record.previous, record.errorReason].map(formatString).join(', ');
    for (const key of [CURRENT, String(version)]) {
      await this.client.execute(`INSERT INTO ${formatIdentifier(this.config.stream)} (version_key, ${COLUMNS.join(', ')}) VALUES (${formatString(key)}, ${values});`);
    }
    // What was written is there for the next one who asks.
    for (const key of [CURRENT, String(version)]) await this.waitFor(key, (found) => found?.version === String(version) && found.state === record.state);
  }

  /** Reads until it is so: the table follows the stream by a commit. */
  async waitFor(key: string, isSo: (record: MigrationRecord | null) => boolean): Promise<MigrationRecord | null> {
    for (let tries = 1; ; tries += 1) {
      const record = await this.read(key);
      if (isSo(record)) return record;
      if (tries === TRIES) throw new RequestError('COMMAND_TIMEOUT', `The state of version ${key} is not what it should be: ${record?.state ?? 'none'}`, { hint: 'See whether the query of the migrations table runs.' });
      await delay(WAIT_MS);
    }
  }

  private async serviceId(): Promise<string> {
    const info: unknown = await this.client.info();
    const details = typeof info === 'object' && info !== null && 'KsqlServerInfo' in info ? info.KsqlServerInfo : null;
    return typeof details === 'object' && details !== null && 'ksqlServiceId' in details ? String(details.ksqlServiceId) : '';
  }
}
