/** The three workloads, as SQL and by the names of the Kafka Streams program they are measured beside. */
export interface Workload {
  readonly name: string;
  readonly peer: 'stateless' | 'tumbling' | 'repartition';
  readonly keyed: boolean;
  readonly cacheBytes: number;
  readonly exchange: 'auto' | 'topic';
  /** Records per CPU second, times those of Kafka Streams. */
  readonly must: number;
  readonly aim: number;
  readonly query: string;
}

const WINDOWS = 'SELECT auction, COUNT(*) AS cnt, SUM(price) AS total, MAX(price) AS mx FROM bids WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY auction';
const CACHE = 10_000_000;

export const WORKLOADS: readonly Workload[] = [
  { name: 'stateless', peer: 'stateless', keyed: false, cacheBytes: CACHE, exchange: 'auto', must: 3, aim: 4, query: 'CREATE STREAM out AS SELECT auction, price * 908 / 1000 AS price, UCASE(channel) AS channel FROM bids WHERE price > 50000 EMIT CHANGES;' },
  { name: 'tumbling, 10 MB cache', peer: 'tumbling', keyed: true, cacheBytes: CACHE, exchange: 'auto', must: 5, aim: 10, query: `CREATE TABLE out AS ${WINDOWS} EMIT CHANGES;` },
  { name: 'tumbling, every update', peer: 'tumbling', keyed: true, cacheBytes: 0, exchange: 'auto', must: 4, aim: 8, query: `CREATE TABLE out AS ${WINDOWS} EMIT CHANGES;` },
  { name: 'repartition, in memory', peer: 'repartition', keyed: false, cacheBytes: CACHE, exchange: 'auto', must: 4, aim: 9, query: `CREATE TABLE out AS ${WINDOWS} EMIT CHANGES;` },
  { name: 'repartition, over a topic', peer: 'repartition', keyed: false, cacheBytes: CACHE, exchange: 'topic', must: 4, aim: 9, query: `CREATE TABLE out AS ${WINDOWS} EMIT CHANGES;` },
];

export function sourceSql(workload: Workload, topic: string): string {
  const key = workload.keyed ? 'auction BIGINT KEY, ' : '';
  const columns = workload.keyed ? '' : 'auction BIGINT, ';
  return `CREATE STREAM bids (${key}${columns}bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, dateTime BIGINT, extra VARCHAR) WITH (kafka_topic='${topic}', ${workload.keyed ? "key_format='DELIMITED', " : ''}value_format='JSON');`;
}
