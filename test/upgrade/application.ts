import { openLocal, type LocalEngine } from '../../src/engine/index.js';
import { manualClock, VERSION } from '../../src/env/index.js';

/** What the folders of released versions hold: every kind of operator, formats with schemas, a paused query, a type. */
export const STATEMENTS = `
CREATE TYPE money AS STRUCT<euros INT, cents INT>;
CREATE STREAM rides (driver STRING KEY, city STRING, price money, took INT) WITH (kafka_topic='rides', value_format='JSON', partitions=2);
CREATE TABLE drivers (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic='drivers', value_format='AVRO', partitions=2);
CREATE STREAM named AS SELECT r.driver AS driver, d.name, r.city, r.price->euros AS euros FROM rides r JOIN drivers d ON r.driver = d.id;
CREATE TABLE takings AS SELECT city, COUNT(*) AS n, SUM(price->euros) AS euros FROM rides GROUP BY city;
CREATE TABLE hourly WITH (value_format='PROTOBUF') AS SELECT city, COUNT(*) AS n FROM rides WINDOW TUMBLING (SIZE 1 HOUR, GRACE PERIOD 1 HOUR) GROUP BY city;
CREATE TABLE visits AS SELECT driver, COUNT(*) AS n FROM rides WINDOW SESSION (10 MINUTES) GROUP BY driver;
CREATE STREAM pairs AS SELECT a.driver AS driver, a.took AS took, b.euros AS euros FROM rides a JOIN named b WITHIN 1 HOUR ON a.driver = b.driver;
CREATE STREAM idle AS SELECT * FROM rides WHERE took > 1000;`;

const HOUR = 3_600_000;
type Value = string | number | readonly (number | null)[];
const ride = (index: number): ReadonlyMap<string, Value> =>
  new Map<string, Value>([['DRIVER', `d${index % 3}`], ['CITY', index % 2 === 0 ? 'Lisbon' : 'Porto'], ['PRICE', [index, 50]], ['TOOK', index], ['ROWTIME', HOUR + index * 600_000]]);

/** Opens a folder as a server does, with event time fixed. */
export function openApplication(folder: string): Promise<LocalEngine> {
  return openLocal({
    storage: { folder }, version: VERSION, env: { clock: manualClock(HOUR) },
    properties: { 'ksql.streams.auto.offset.reset': 'earliest', 'millrace.commit.spacing': '0', 'ksql.streams.cache.max.bytes.buffering': '0' },
  });
}

export async function insertRides({ engine }: LocalEngine, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) await engine.insert('RIDES', [ride(index)]);
  await engine.whenIdle();
}

/** The beginning of its life: what a folder of a release holds. */
export async function begin(local: LocalEngine): Promise<void> {
  await local.engine.execute(STATEMENTS);
  for (const id of ['d0', 'd1', 'd2']) await local.engine.insert('DRIVERS', [new Map([['ID', id], ['NAME', `name of ${id}`]])]);
  await local.engine.whenIdle();
  await insertRides(local, 0, 12);
  const idle = [...local.engine.catalog().queries.keys()].find((id) => id.startsWith('CSAS_IDLE'));
  await local.engine.execute(`PAUSE ${idle};`);
}

/** Everything that can be asked, by name. */
export async function answers({ engine }: LocalEngine): Promise<Readonly<Record<string, readonly string[]>>> {
  const ask = async (sql: string): Promise<readonly string[]> => {
    const result = await engine.query(sql);
    const rows: string[] = [];
    for await (const chunk of result.rows) for (const row of chunk) rows.push(JSON.stringify(row.values));
    return rows.sort();
  };
  const tables = ['TAKINGS', 'HOURLY', 'VISITS'];
  const streams = ['RIDES', 'NAMED', 'PAIRS', 'IDLE'];
  const entries = [];
  for (const name of [...tables, ...streams]) entries.push([name, await ask(`SELECT * FROM ${name};`)] as const);
  const queries = [...engine.catalog().queries.values()].map((query) => `${query.id} ${query.paused ? 'paused' : 'running'}`);
  return Object.fromEntries([...entries, ['queries', queries]]);
}
