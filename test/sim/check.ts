import { poisonCount, type ExpectedRow, type InputRecord } from './oracle/events.js';
import type { Shape } from './shapes.js';
import { homeOf, type SinkRow, type World } from './world.js';

interface Comparable {
  readonly key: string | null;
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly ts: number;
}

function text(row: Comparable, withTime: boolean): string {
  const value = row.value === null ? 'null' : Object.keys(row.value).sort().map((name) => `${name}=${JSON.stringify(row.value?.[name] ?? null)}`).join(' ');
  return `${row.key ?? '-'}: ${value}${withTime ? ` @${row.ts}` : ''}`;
}

function byKey(rows: readonly Comparable[], withTime: boolean): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const row of rows) {
    const key = row.key ?? '-';
    const lines = keys.get(key) ?? [];
    lines.push(text(row, withTime));
    keys.set(key, lines);
  }
  return keys;
}

/** The first difference between two lists of lines, with what comes around it. */
function difference(what: string, actual: readonly string[], expected: readonly string[]): string | null {
  const at = [...actual, null].findIndex((line, index) => line !== (expected[index] ?? null));
  if (at < 0 || (at === actual.length && actual.length === expected.length)) return null;
  const near = (lines: readonly string[]): string => (at < lines.length ? lines.slice(at, at + 3).join(' | ') : 'nothing more');
  return `${what}, row ${at} of ${actual.length} (expected ${expected.length}): got ${near(actual)}; expected ${near(expected)}`;
}

function sequences(actual: readonly SinkRow[], expected: readonly ExpectedRow[], withTime: boolean): string | null {
  const got = byKey(actual, withTime);
  const wanted = byKey(expected, withTime);
  for (const key of new Set([...wanted.keys(), ...got.keys()])) {
    // Records without key may go to any partition, so there is no order among them.
    const order = (lines: readonly string[]): readonly string[] => (key === '-' ? lines.toSorted() : lines);
    const found = difference(`key ${key}`, order(got.get(key) ?? []), order(wanted.get(key) ?? []));
    if (found !== null) return found;
  }
  return null;
}

function last(rows: readonly Comparable[], withTime: boolean): string[] {
  const state = new Map<string, Comparable>();
  for (const row of rows) state.set(row.key ?? '-', row);
  // A group of a table aggregate that came and went between two commits is never shown at all.
  const shown = [...state.values()].filter((row) => row.value !== null && row.value['C'] !== 0);
  return shown.map((row) => text(row, withTime)).toSorted();
}

export function checkSink(shape: Shape, sink: readonly SinkRow[], phases: readonly (readonly InputRecord[])[], partitions: number): string | null {
  const open = shape.undecided(phases);
  const decided = <T extends Comparable>(rows: readonly T[]): T[] => rows.filter((row) => !open.has(row.key ?? '-'));
  const actual = decided(sink);
  const expected = decided(shape.expected(phases).rows);
  const strayed = actual.find((row) => (homeOf(row, partitions) ?? row.partition) !== row.partition);
  if (strayed !== undefined) return `key ${strayed.key} lies in partition ${strayed.partition}`;
  switch (shape.compare) {
    case 'sequence':
      return sequences(actual, expected, shape.comparesTime);
    case 'rows': {
      const lines = (rows: readonly Comparable[]): string[] => rows.map((row) => text(row, shape.comparesTime)).toSorted();
      return difference('all rows', lines(actual), lines(expected));
    }
    case 'last':
      return difference('last rows', last(actual, shape.comparesTime), last(expected, shape.comparesTime));
  }
}

/** A pulled row: the key columns (with window bounds) and the value columns, by name. */
export function checkPull(shape: Shape, pulled: readonly Readonly<Record<string, unknown>>[], sink: readonly SinkRow[], keyColumn: string): string | null {
  const state = new Map<string, string>();
  for (const row of sink) {
    if (row.value === null) state.delete(row.key ?? '-');
    else state.set(row.key ?? '-', text({ ...row, ts: 0 }, false));
  }
  const seen = new Set<string>();
  for (const row of pulled) {
    const { [keyColumn]: key, WINDOWSTART: start, WINDOWEND: end, ...value } = row;
    const bounds = shape.window === 'none' ? '' : shape.window === 'time' ? `@${String(start)}` : `@${String(start)}-${String(end)}`;
    const name = `${String(key)}${bounds}`;
    seen.add(name);
    const line = text({ key: name, value, ts: 0 }, false);
    if (state.get(name) !== line) return `pulled ${line}, but the sink's last row is ${state.get(name) ?? 'none'}`;
  }
  // Windows leave the store when their retention ends; rows of other tables never do.
  if (shape.window !== 'none') return null;
  const missing = [...state.keys()].find((key) => !seen.has(key));
  return missing === undefined ? null : `the pull query misses ${state.get(missing)}`;
}

/** Every unreadable record is reported exactly once per query that reads it. */
export async function checkProcessingLog(world: World, shape: Shape, phases: readonly (readonly InputRecord[])[], queryIds: readonly string[]): Promise<string | null> {
  const topics = await world.broker.admin.listTopics();
  const log = topics.find((topic) => topic.name.endsWith('processing_log'));
  if (log === undefined) return 'there is no processing log';
  const entries = (await world.raw(log.name)).map((record) => record.value?.toString('utf8') ?? '').filter((entry) => entry.includes('"type":0'));
  for (const [index, queryId] of queryIds.entries()) {
    const expected = poisonCount(shape.queries[index] ?? [], phases);
    const found = entries.filter((entry) => entry.includes(`"processing.${queryId}.`)).length;
    if (found !== expected) return `${queryId} reported ${found} unreadable records of ${expected}`;
  }
  return null;
}
