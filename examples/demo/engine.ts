import { open, type Database, type JsObject } from '../../src/index.js';
import { dayOf, dayText, departureMs, readAirports, readFlights, type Flight } from './data.js';
import type { AirportDay, Message, Results } from './messages.js';
import { STATEMENTS } from './statements.js';

/** Between two days of flights, so that a viewer can follow. */
const PAUSE_MS = 40;

/** Resolves when the message has left this process. */
const tell = (message: Message): Promise<void> => new Promise((resolve) => void process.send?.(message, () => resolve()));
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function all(db: Database, sql: string): Promise<readonly JsObject[]> {
  const rows: JsObject[] = [];
  for await (const row of await db.query(sql)) rows.push(row);
  return rows;
}

/** A column of this demo: each is a text or a number. */
function cell(row: JsObject, name: string): string {
  const value = row[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '(nothing)';
}

function airportDay(row: JsObject): AirportDay {
  return {
    origin: cell(row, 'ORIGIN'), startMs: Number(row['WINDOWSTART']), departures: Number(row['DEPARTURES']),
    mean: Number(row['MEAN_DELAY']), worst: Number(row['WORST_DELAY']),
  };
}

async function prepare(db: Database): Promise<void> {
  await db.execute(STATEMENTS);
  // Airports are known since before the first flight: the join takes for each flight what was known at its time.
  await db.insert('AIRPORTS', readAirports().map(({ iata, name, city, state }) => ({ IATA: iata, NAME: name, CITY: city, STATE: state, ROWTIME: 0 })));
}

/** A push query: runs beside the others until it has seen five flights. */
async function watchLateFlights(db: Database): Promise<void> {
  const rows = await db.query('SELECT city, state, destination, delay FROM departures WHERE delay > 300 EMIT CHANGES LIMIT 5;', {
    properties: { 'auto.offset.reset': 'latest' },
  });
  for await (const row of rows) {
    await tell({ kind: 'late', city: cell(row, 'CITY'), state: cell(row, 'STATE'), destination: cell(row, 'DESTINATION'), delay: Number(row['DELAY']) });
  }
}

function byDay(flights: readonly Flight[]): ReadonlyMap<number, readonly Flight[]> {
  const days = new Map<number, Flight[]>();
  for (const flight of flights) {
    const day = dayOf(departureMs(flight));
    days.set(day, [...(days.get(day) ?? []), flight]);
  }
  return days;
}

async function feed(db: Database, stored: ReadonlySet<number>): Promise<void> {
  let fed = stored.size;
  let count = 0;
  for (const [day, flights] of byDay(readFlights().filter((flight) => !stored.has(flight.number)))) {
    await db.insert('FLIGHTS', flights.map(({ origin, number, departed, delay, distance, destination }) => ({
      ORIGIN: origin, NUMBER: number, DEPARTED: departed, DELAY: delay, DISTANCE: distance, DESTINATION: destination,
    })));
    fed += flights.length;
    count += 1;
    await tell({ kind: 'fed', day: dayText(day), flights: fed });
    if (count % 15 === 0) await showBusiest(db, day);
    await pause(PAUSE_MS);
  }
}

async function showBusiest(db: Database, day: number): Promise<void> {
  await db.whenIdle();
  const rows = await all(db, `SELECT origin, windowstart, departures, mean_delay, worst_delay FROM airport_days WHERE windowstart = ${day};`);
  const airports = rows.map(airportDay).toSorted((left, right) => right.departures - left.departures || (left.origin < right.origin ? -1 : 1));
  await tell({ kind: 'busiest', day: dayText(day), airports: airports.slice(0, 3) });
}

async function results(db: Database): Promise<Results> {
  const texts = async (sql: string, ...names: readonly string[]): Promise<readonly string[]> => (await all(db, sql)).map((row) => names.map((name) => cell(row, name)).join(' ')).toSorted();
  return {
    departures: await texts('SELECT * FROM departures;', 'NUMBER', 'ORIGIN', 'CITY', 'STATE', 'DESTINATION', 'DELAY'),
    airportDays: await texts('SELECT * FROM airport_days;', 'ORIGIN', 'WINDOWSTART', 'DEPARTURES', 'MEAN_DELAY', 'WORST_DELAY'),
    stateHours: await texts('SELECT * FROM state_hours;', 'STATE', 'WINDOWSTART', 'DEPARTURES', 'WORST_DELAY'),
    airportWeeks: await texts('SELECT origin, windowstart, departures, an_hour_late FROM airport_week_rows;', 'ORIGIN', 'WINDOWSTART', 'DEPARTURES', 'AN_HOUR_LATE'),
  };
}

/** The process that may be killed at any moment: what it has acknowledged is in the folder, all else is done again. */
export async function runEngine(folder: string): Promise<void> {
  const started = performance.now();
  const db = await open({ folder, properties: { 'ksql.streams.auto.offset.reset': 'earliest' } });
  const queries = (await db.execute('SHOW QUERIES;')).flatMap((entity) => (entity['@type'] === 'queries' ? entity.queries.map((query) => query.id) : []));
  if (queries.length === 0) await prepare(db);
  const stored = new Set((await all(db, 'SELECT number FROM flights;')).map((row) => Number(row['NUMBER'])));
  await tell({ kind: 'opened', ms: Math.round(performance.now() - started), stored: stored.size, queries });
  const watching = stored.size === 0 ? watchLateFlights(db) : Promise.resolve();
  await feed(db, stored);
  await db.whenIdle();
  const sql = "SELECT * FROM airport_days WHERE origin = 'ORD' AND windowstart >= '2001-02-12' AND windowstart < '2001-02-15';";
  await tell({ kind: 'byKey', sql, rows: (await all(db, sql)).map(airportDay) });
  await tell({ kind: 'results', results: await results(db) });
  await watching;
  await db.close();
  process.disconnect();
}
