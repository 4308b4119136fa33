import { departureMs, readAirports, readFlights } from './data.js';
import type { Results } from './messages.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

interface Cell {
  departures: number;
  sum: number;
  worst: number;
  hourLate: number;
}

function add(cells: Map<string, Cell>, key: string, delay: number): void {
  const cell = cells.get(key) ?? { departures: 0, sum: 0, worst: -Infinity, hourLate: 0 };
  cells.set(key, cell);
  cell.departures += 1;
  cell.sum += delay;
  cell.worst = Math.max(cell.worst, delay);
  cell.hourLate += delay > 60 ? 1 : 0;
}

function texts(cells: ReadonlyMap<string, Cell>, show: (cell: Cell) => string): readonly string[] {
  return [...cells].map(([key, cell]) => `${key} ${show(cell)}`).toSorted();
}

/**
 * The same answers from the files alone: plain loops over all flights, nothing of Millrace. A week counts as final once a
 * later flight has left after its end; the flights of the last day come from every part of the stream, so that needs no
 * knowledge of partitions.
 */
export function recompute(): Results {
  const states = new Map(readAirports().map((airport) => [airport.iata, airport]));
  const flights = readFlights();
  const lastMs = Math.max(...flights.map(departureMs));
  const days = new Map<string, Cell>();
  const hours = new Map<string, Cell>();
  const weeks = new Map<string, Cell>();
  const departures: string[] = [];
  for (const flight of flights) {
    const airport = states.get(flight.origin);
    if (airport === undefined) continue;
    const ms = departureMs(flight);
    departures.push(`${flight.number} ${flight.origin} ${airport.city} ${airport.state} ${flight.destination} ${flight.delay}`);
    add(days, `${flight.origin} ${ms - (ms % DAY_MS)}`, flight.delay);
    for (let start = ms - (ms % HOUR_MS); start > ms - 6 * HOUR_MS; start -= HOUR_MS) add(hours, `${airport.state} ${start}`, flight.delay);
    const week = ms - (ms % WEEK_MS);
    if (week + WEEK_MS <= lastMs) add(weeks, `${flight.origin} ${week}`, flight.delay);
  }
  return {
    departures: departures.toSorted(),
    airportDays: texts(days, (cell) => `${cell.departures} ${cell.sum / cell.departures} ${cell.worst}`),
    stateHours: texts(hours, (cell) => `${cell.departures} ${cell.worst}`),
    airportWeeks: texts(weeks, (cell) => `${cell.departures} ${cell.hourLate}`),
  };
}
