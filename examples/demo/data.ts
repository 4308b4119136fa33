import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A domestic flight of early 2001, as the US Bureau of Transportation Statistics published it. */
export interface Flight {
  /** Position in the file: the name of the flight in this demo. */
  readonly number: number;
  /** `2001/01/01 00:47`, read as UTC. */
  readonly departed: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}
export interface Airport {
  readonly iata: string;
  readonly name: string;
  readonly city: string;
  readonly state: string;
}

function dataFolder(): string {
  // The package exports its code only; its data lies beside it.
  return join(createRequire(import.meta.url).resolve('vega-datasets'), '..', '..', 'data');
}

interface FlightLine {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** Flights in the order of their departure. */
export function readFlights(): readonly Flight[] {
  // The file's form is documented by its package, and the recomputation would not fit were it another.
  const lines = JSON.parse(readFileSync(join(dataFolder(), 'flights-20k.json'), 'utf8')) as readonly FlightLine[];
  return lines.map(({ date, delay, distance, origin, destination }, number) => ({ number, departed: date, delay, distance, origin, destination }));
}

/** The fields of a line of CSV, quotes undone. */
function fieldsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')));
}

export function readAirports(): readonly Airport[] {
  const [, ...lines] = readFileSync(join(dataFolder(), 'airports.csv'), 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [iata = '', name = '', city = '', state = ''] = fieldsOf(line);
    return { iata, name, city, state };
  });
}

const DAY_MS = 86_400_000;

/** Epoch milliseconds of a departure, its text read as UTC. */
export function departureMs(flight: Flight): number {
  const [date = '', time = ''] = flight.departed.split(' ');
  return Date.parse(`${date.replaceAll('/', '-')}T${time}:00Z`);
}

export const dayOf = (ms: number): number => ms - (ms % DAY_MS);
export const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
