import type { Event, ExpectedRow } from './events.js';
import { partitionOfText } from './partition.js';

/** A record on its way to an aggregate: its group, and the partition that owns the group. */
interface Grouped {
  readonly group: string;
  readonly partition: number;
  readonly n: number | null;
  readonly ts: number;
}

/** Groups by the key (which stays where it is) or by G (which goes to the partition of its text). */
export function grouped(events: readonly Event[], by: 'K' | 'G', partitions: number): Grouped[] {
  return events.flatMap(({ key, value, partition, ts }) => {
    const group = by === 'K' ? key : (value?.G ?? null);
    if (value === null || group === null) return [];
    return [{ group, partition: by === 'K' ? partition : partitionOfText(group, partitions), n: value.N, ts }];
  });
}

/** COUNT(*) C, SUM(N) S, MIN(N) MI, MAX(N) MA, LATEST_BY_OFFSET(N) L over members in the order they were taken. */
function summary(members: readonly Grouped[]): Record<string, number | null> {
  const numbers = members.flatMap((member) => (member.n === null ? [] : [member.n]));
  let sum = 0;
  for (const number of numbers) sum += number;
  return {
    C: members.length, S: sum,
    MI: numbers.length === 0 ? null : Math.min(...numbers),
    MA: numbers.length === 0 ? null : Math.max(...numbers),
    L: numbers.at(-1) ?? null,
  };
}
const latest = (members: readonly Grouped[]): number => Math.max(...members.map((member) => member.ts));

export function unwindowed(records: readonly Grouped[]): ExpectedRow[] {
  return records.map((record, index) => {
    const members = records.slice(0, index + 1).filter((each) => each.group === record.group);
    return { key: record.group, value: summary(members), ts: latest(members) };
  });
}

export interface Windows {
  readonly size: number;
  readonly advance: number;
  readonly grace: number;
  readonly final: boolean;
}

/** Rows of tumbling and hopping windows, and how many updates came too late. */
export function windowed(records: readonly Grouped[], { size, advance, grace, final }: Windows): { rows: ExpectedRow[]; late: number } {
  const rows: ExpectedRow[] = [];
  let late = 0;
  const accepted: (Grouped & { start: number })[] = [];
  const times = new Map<number, number>();
  const emitted = new Set<string>();
  for (const record of records) {
    const { partition, ts } = record;
    const time = Math.max(times.get(partition) ?? 0, ts);
    times.set(partition, time);
    for (let start = 0; start <= ts; start += advance) {
      if (start + size <= ts) continue;
      if (start + size <= time - grace) {
        late++;
        continue;
      }
      accepted.push({ ...record, start });
      if (final) continue;
      const members = accepted.filter((each) => each.group === record.group && each.start === start);
      rows.push({ key: `${record.group}@${start}`, value: summary(members), ts: latest(members) });
    }
    if (!final) continue;
    const here = accepted.filter((each) => each.partition === partition);
    const highest = Math.max(0, ...here.map((each) => each.start));
    const closed = here.filter((each) => each.start + size <= time - grace && !emitted.has(`${each.group}@${each.start}`));
    closed.sort((left, right) => left.start - right.start);
    for (const { group, start } of closed) {
      if (emitted.has(`${group}@${start}`)) continue;
      emitted.add(`${group}@${start}`);
      // What the store no longer shows when a window closes (its retention is size + grace) is lost.
      if (start < highest - (size + grace)) continue;
      const members = here.filter((each) => each.group === group && each.start === start);
      rows.push({ key: `${group}@${start}`, value: summary(members), ts: latest(members) });
    }
  }
  return { rows, late };
}

interface Session {
  readonly group: string;
  readonly partition: number;
  readonly start: number;
  readonly end: number;
  readonly members: readonly Grouped[];
}

export function sessions(records: readonly Grouped[], gap: number, grace: number, final: boolean): { rows: ExpectedRow[]; late: number } {
  const rows: ExpectedRow[] = [];
  let late = 0;
  let open: Session[] = [];
  const emitted = new Set<Session>();
  const times = new Map<number, number>();
  const highest = new Map<number, number>();
  const name = (session: Session): string => `${session.group}@${session.start}-${session.end}`;
  records.forEach((record, arrival) => {
    const { group, partition, ts } = record;
    const time = Math.max(times.get(partition) ?? 0, ts);
    times.set(partition, time);
    const visible = (highest.get(partition) ?? -1) - (gap + grace) + 1;
    const found = open.filter((each) => each.group === group && each.end >= ts - gap && each.start <= ts + gap && each.end >= visible);
    found.sort((left, right) => left.end - right.end);
    const start = Math.min(ts, ...found.map((each) => each.start));
    const end = Math.max(ts, ...found.map((each) => each.end));
    if (end < time - grace - gap) {
      late++;
    } else {
      if (start !== end && !final) for (const each of found) rows.push({ key: name(each), value: null, ts: each.end });
      const members = [...found.flatMap((each) => each.members), record];
      members.sort((left, right) => records.indexOf(left) - records.indexOf(right) || arrival);
      const merged = { group, partition, start, end, members };
      open = open.filter((each) => !found.includes(each) && name(each) !== name(merged));
      open.push(merged);
      highest.set(partition, Math.max(highest.get(partition) ?? -1, end));
      if (!final) rows.push({ key: name(merged), value: summary(members), ts: end });
    }
    if (!final) return;
    const closing = open.filter((each) => each.partition === partition && each.end < time - grace - gap && !emitted.has(each));
    closing.sort((left, right) => left.end - right.end || left.start - right.start);
    for (const each of closing) {
      emitted.add(each);
      rows.push({ key: name(each), value: summary(each.members), ts: each.end });
    }
  });
  return { rows, late };
}

/** COUNT(*) C and SUM(N) S of a table's current rows by G: one row for the old group of a change, one for the new. */
export function ofTable(events: readonly Event[]): ExpectedRow[] {
  const rows: ExpectedRow[] = [];
  const table = new Map<string, { group: string | null; n: number | null }>();
  const times = new Map<string, number>();
  const emit = (group: string, ts: number): void => {
    const members = [...table.values()].filter((each) => each.group === group);
    let sum = 0;
    for (const member of members) sum += member.n ?? 0;
    const time = Math.max(times.get(group) ?? 0, ts);
    times.set(group, time);
    rows.push({ key: group, value: { C: members.length, S: sum }, ts: time });
  };
  for (const { key, value, ts } of events) {
    if (key === null) continue;
    const before = table.get(key)?.group ?? null;
    const after = value?.G ?? null;
    if (value === null) table.delete(key);
    else table.set(key, { group: after, n: value.N });
    if (before !== null && before !== after) {
      // The old group is left before the new one is entered.
      emit(before, ts);
    }
    if (after !== null) emit(after, ts);
  }
  return rows;
}
