import type { Event, ExpectedRow, Value } from './events.js';

export type JoinKind = 'INNER' | 'LEFT' | 'FULL';
type Row = Readonly<Record<string, string | number | null>>;

const both = (left: Value | null, right: Value | null): Row => ({ N1: left?.N ?? null, N2: right?.N ?? null });

/** Side 0 is the stream, joined by its key or by G; side 1 is the table. */
export function streamTable(events: readonly Event[], kind: JoinKind, by: 'K' | 'G'): ExpectedRow[] {
  const rows: ExpectedRow[] = [];
  const table = new Map<string, Value>();
  for (const { side, key, value, ts } of events) {
    if (side === 1) {
      if (key === null) continue;
      if (value === null) table.delete(key);
      else table.set(key, value);
      continue;
    }
    if (value === null) continue;
    const joinKey = by === 'K' ? key : value.G;
    const found = joinKey === null ? undefined : table.get(joinKey);
    if (found !== undefined) rows.push({ key: joinKey, value: both(value, found), ts });
    else if (kind === 'LEFT') rows.push({ key: joinKey, value: both(value, null), ts });
  }
  return rows;
}

interface Kept extends Event {
  readonly id: number;
}

/** Both sides streams with equal keys in equal partitions, WITHIN `within` on both sides, GRACE PERIOD `grace`. */
export function streamStream(events: readonly Event[], kind: JoinKind, within: number, grace: number): ExpectedRow[] {
  const rows: ExpectedRow[] = [];
  for (const partition of new Set(events.map((event) => event.partition))) {
    const kept: Kept[] = [];
    let pending: Kept[] = [];
    let time = -1;
    const row = (x: Event, other: Event | null): Row => (x.side === 0 ? both(x.value, other?.value ?? null) : both(other?.value ?? null, x.value));
    const isPreserved = (side: number): boolean => kind === 'FULL' || (kind === 'LEFT' && side === 0);
    events.forEach((event, id) => {
      if (event.partition !== partition) return;
      const { key, value, side, ts } = event;
      time = Math.max(time, ts);
      if (value === null) return;
      if (key === null) {
        if (isPreserved(side)) rows.push({ key, value: row(event, null), ts });
        return;
      }
      if (ts === time) {
        const closed = pending.filter((each) => each.ts + within + grace < time);
        closed.sort((left, right) => left.ts - right.ts || right.side - left.side);
        for (const each of closed) rows.push({ key: each.key, value: row(each, null), ts: each.ts });
        pending = pending.filter((each) => !closed.includes(each));
      }
      const newest = Math.max(-1, ...kept.filter((each) => each.side !== side).map((each) => each.ts));
      const matches = kept.filter(
        (each) => each.side !== side && each.key === key && each.ts >= newest - (2 * within + grace) + 1 && Math.abs(each.ts - ts) <= within,
      );
      matches.sort((left, right) => left.ts - right.ts || left.id - right.id);
      kept.push({ ...event, id });
      for (const match of matches) rows.push({ key, value: row(event, match), ts: Math.max(ts, match.ts) });
      pending = pending.filter((each) => !matches.some((match) => match.id === each.id));
      if (matches.length > 0 || !isPreserved(side)) return;
      if (ts + within < time) rows.push({ key, value: row(event, null), ts });
      else pending.push({ ...event, id });
    });
  }
  return rows;
}

/** Both sides tables with equal keys. */
export function tableTable(events: readonly Event[], kind: JoinKind): ExpectedRow[] {
  const rows: ExpectedRow[] = [];
  const tables = [new Map<string, Value>(), new Map<string, Value>()];
  for (const { side, key, value, ts } of events) {
    const own = tables[side];
    const other = tables[1 - side];
    if (key === null || own === undefined || other === undefined) continue;
    const before = own.get(key) ?? null;
    const there = other.get(key) ?? null;
    if (value === null) own.delete(key);
    else own.set(key, value);
    const joined = side === 0 ? both(value, there) : both(there, value);
    const preserved = kind === 'FULL' || (kind === 'LEFT' && side === 0);
    const otherPreserved = kind === 'FULL' || (kind === 'LEFT' && side === 1);
    if (there === null) {
      if (!preserved || (before === null && value === null)) continue;
      rows.push({ key, value: value === null ? null : joined, ts });
    } else {
      rows.push({ key, value: value === null && !otherPreserved ? null : joined, ts });
    }
  }
  return rows;
}

/** What a foreign-key join (side 0's G names side 1's key) must come to: its final rows, deletions last. */
export function foreignKey(events: readonly Event[], kind: JoinKind): ExpectedRow[] {
  const left = new Map<string, Value>();
  const right = new Map<string, Value>();
  const seen = new Set<string>();
  for (const { side, key, value } of events) {
    if (key === null) continue;
    if (side === 0) seen.add(key);
    const table = side === 0 ? left : right;
    if (value === null) table.delete(key);
    else table.set(key, value);
  }
  return [...seen].map((key) => {
    const row = left.get(key) ?? null;
    const found = row === null || row.G === null ? null : (right.get(row.G) ?? null);
    const stands = row !== null && (kind === 'LEFT' || found !== null);
    return { key, value: stands ? both(row, found) : null, ts: 0 };
  });
}


/** Keys of the left table that are deleted and come back with another foreign key, all before anything is settled. */
export function returnsElsewhere(events: readonly Event[]): string[] {
  const keys: string[] = [];
  for (const key of new Set(events.map((event) => event.key))) {
    const rows = events.filter((event) => event.key === key);
    const isBack = rows.some((row, index) => {
      if (row.value !== null) return false;
      const before = rows.slice(0, index).findLast((each) => each.value !== null)?.value?.G ?? null;
      const after = rows.slice(index + 1).find((each) => each.value !== null)?.value?.G ?? null;
      return after !== null && after !== before;
    });
    if (key !== null && isBack) keys.push(key);
  }
  return keys;
}
