/** What is measured: one query each over a million bids that are there when it starts. */
export interface BenchRow {
  readonly name: string;
  readonly source: 'keyed 1k' | 'keyed 100k' | 'unkeyed 1k';
  /** STREAM or TABLE, and the query behind AS; `$` stands for the source stream. */
  readonly makes: 'STREAM' | 'TABLE';
  readonly query: string;
  readonly cacheBytes?: number;
  /** Rate relative to `JSON.parse` of every value. */
  readonly must: number;
  readonly aim: number;
  readonly isLater?: true;
  /** Statements before it that are not measured, and those that remove what they made. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** How often the query reads each record of the source: figures are per record read. */
  readonly reads?: number;
}

const AGGREGATE = 'COUNT(*) AS cnt, SUM(price) AS total, MAX(price) AS mx';
const TUMBLING = 'WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS)';

const MAIN: readonly BenchRow[] = [
  {
    name: 'filter + project', source: 'keyed 1k', makes: 'STREAM', must: 0.7, aim: 1.0,
    query: 'SELECT id, auction, price * 908 / 1000 AS price, UCASE(channel) AS channel FROM $ WHERE price > 50000 EMIT CHANGES',
  },
  {
    name: 'tumbling', source: 'keyed 1k', makes: 'TABLE', must: 0.8, aim: 1.2,
    query: `SELECT id, ${AGGREGATE} FROM $ ${TUMBLING} GROUP BY id EMIT CHANGES`,
  },
  {
    name: 'tumbling, 100 k keys', source: 'keyed 100k', makes: 'TABLE', must: 0.8, aim: 1.2,
    query: `SELECT id, ${AGGREGATE} FROM $ ${TUMBLING} GROUP BY id EMIT CHANGES`,
  },
  {
    name: 'tumbling, every update', source: 'keyed 1k', makes: 'TABLE', must: 0.4, aim: 0.6, cacheBytes: 0,
    query: `SELECT id, ${AGGREGATE} FROM $ ${TUMBLING} GROUP BY id EMIT CHANGES`,
  },
  {
    name: 'tumbling, re-keyed', source: 'unkeyed 1k', makes: 'TABLE', must: 0.5, aim: 0.8,
    query: `SELECT auction, ${AGGREGATE} FROM $ ${TUMBLING} GROUP BY auction EMIT CHANGES`,
  },
  {
    name: 'stream-table join', source: 'keyed 1k', makes: 'STREAM', must: 0.4, aim: 0.55,
    query: 'SELECT b.id AS id, b.price AS price, b.bidder AS bidder, a.item AS item, a.category AS category FROM $ b JOIN auctions a ON b.id = a.id EMIT CHANGES',
  },
];

const COLUMNS_20 = Array.from({ length: 20 }, (_, i) => (i % 4 === 3 ? `UCASE(channel) AS c${i}` : i % 4 === 2 ? `bidder + ${i} AS c${i}` : `price * ${i + 1} AS c${i}`)).join(', ');

const LATER: readonly BenchRow[] = [
  {
    name: 'hopping 10 s by 2 s', source: 'keyed 1k', makes: 'TABLE', must: 0.15, aim: 0.3, isLater: true,
    query: `SELECT id, ${AGGREGATE} FROM $ WINDOW HOPPING (SIZE 10 SECONDS, ADVANCE BY 2 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY id EMIT CHANGES`,
  },
  {
    name: 'session 1 s', source: 'keyed 1k', makes: 'TABLE', must: 0.2, aim: 0.5, isLater: true,
    query: `SELECT id, ${AGGREGATE} FROM $ WINDOW SESSION (1 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY id EMIT CHANGES`,
  },
  {
    // Ten records a session, all of one key that keeps them all: what a record costs must not grow with their number.
    name: 'session, 100 k of a key', source: 'keyed 1k', makes: 'TABLE', must: 0.15, aim: 0.4, isLater: true,
    before: ["CREATE STREAM spread WITH (TIMESTAMP = 'moment') AS SELECT id, bidder / 100000 AS hot, price, (dateTime - 1672531200000) * 100 AS moment FROM $ EMIT CHANGES;"],
    after: ['DROP STREAM spread DELETE TOPIC;'],
    query: `SELECT hot, ${AGGREGATE} FROM spread WINDOW SESSION (20 MILLISECONDS, RETENTION 4 HOURS, GRACE PERIOD 0 SECONDS) GROUP BY hot EMIT CHANGES`,
  },
  {
    name: 'stream-stream join 10 s', source: 'keyed 100k', makes: 'STREAM', must: 0.15, aim: 0.25, isLater: true, reads: 2,
    query: 'SELECT a.id AS id, a.price AS price, b.price AS other FROM $ a JOIN $2 b WITHIN 10 SECONDS GRACE PERIOD 0 SECONDS ON a.id = b.id EMIT CHANGES',
  },
  {
    name: 'DECIMAL sum', source: 'keyed 1k', makes: 'TABLE', must: 0.4, aim: 0.8, isLater: true,
    query: `SELECT id, SUM(CAST(price AS DECIMAL(12, 2)) * 0.908) AS total FROM $ ${TUMBLING} GROUP BY id EMIT CHANGES`,
  },
  {
    name: 'COLLECT_LIST', source: 'keyed 1k', makes: 'TABLE', must: 0.2, aim: 0.5, isLater: true,
    query: `SELECT id, COLLECT_LIST(price) AS prices FROM $ ${TUMBLING} GROUP BY id EMIT CHANGES`,
  },
  {
    name: 'LATEST_BY_OFFSET', source: 'keyed 1k', makes: 'TABLE', must: 0.7, aim: 1.0, isLater: true,
    query: 'SELECT id, LATEST_BY_OFFSET(price) AS price, LATEST_BY_OFFSET(channel) AS channel FROM $ GROUP BY id EMIT CHANGES',
  },
  {
    name: '20 columns', source: 'keyed 1k', makes: 'STREAM', must: 0.2, aim: 0.4, isLater: true,
    query: `SELECT id, ${COLUMNS_20} FROM $ EMIT CHANGES`,
  },
  ...(['AVRO', 'PROTOBUF'] as const).map((format): BenchRow => ({
    name: `tumbling, ${format}`, source: 'keyed 1k', makes: 'TABLE', must: 0.56, aim: 1.0, isLater: true,
    before: [`CREATE STREAM copied WITH (VALUE_FORMAT = '${format}') AS SELECT * FROM $ EMIT CHANGES;`],
    after: ['DROP STREAM copied DELETE TOPIC;'],
    query: `SELECT id, ${AGGREGATE} FROM copied ${TUMBLING} GROUP BY id EMIT CHANGES`,
  })),
];

export const ROWS: readonly BenchRow[] = [...MAIN, ...LATER];

const BID_COLUMNS = 'auction INT, bidder INT, price INT, channel VARCHAR, url VARCHAR, dateTime BIGINT, extra VARCHAR';

export interface BenchSource {
  readonly name: BenchRow['source'];
  readonly stream: string;
  readonly topic: string;
  readonly keyed: boolean;
  readonly auctions: number;
}

export const SOURCES: readonly BenchSource[] = [
  { name: 'keyed 1k', stream: 'bids', topic: 'bids', keyed: true, auctions: 1000 },
  { name: 'keyed 100k', stream: 'bids_100k', topic: 'bids_100k', keyed: true, auctions: 100_000 },
  { name: 'unkeyed 1k', stream: 'bids_unkeyed', topic: 'bids_unkeyed', keyed: false, auctions: 1000 },
];

export function sourceSql({ stream, topic, keyed }: BenchSource): string {
  return `CREATE STREAM ${stream} (${keyed ? 'id VARCHAR KEY, ' : ''}${BID_COLUMNS}) WITH (KAFKA_TOPIC = '${topic}', VALUE_FORMAT = 'JSON');`;
}

export const AUCTIONS_SQL =
  "CREATE TABLE auctions (id VARCHAR PRIMARY KEY, item VARCHAR, category INT, seller INT) WITH (KAFKA_TOPIC = 'auctions', VALUE_FORMAT = 'JSON');";

export function fillIn(sql: string, source: BenchSource): string {
  return sql.replaceAll('$2', `${source.stream}_2`).replaceAll('$', source.stream);
}
