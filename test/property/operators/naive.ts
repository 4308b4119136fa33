/** The dullest code that follows the rules: arrays, everything recomputed from all input for every record. */
export interface Event {
  readonly side: 0 | 1;
  readonly key: string | null;
  readonly value: number | null;
  readonly ts: number;
}
const line = (key: string, row: readonly (number | string | null)[] | null, ts: number): string =>
  `${key} = ${row === null ? 'null' : row.map((value) => value ?? '-').join()} @${ts}`;

export interface NaiveWindows {
  readonly size: number;
  readonly advance: number;
  readonly grace: number;
  readonly retention: number;
}

/** Every update of count and sum per window. */
export function windowUpdates(events: readonly Event[], { size, advance, grace, retention }: NaiveWindows): string[] {
  const out: string[] = [];
  const accepted: (Event & { start: number })[] = [];
  let streamTime = -1;
  for (const event of events) {
    if (event.key === null || event.value === null) continue;
    streamTime = Math.max(streamTime, event.ts);
    for (let start = 0; start <= event.ts; start += advance) {
      if (start + size <= event.ts || start + size <= streamTime - grace) continue;
      const high = Math.max(start, ...accepted.map((each) => each.start));
      accepted.push({ ...event, start });
      const members = accepted.filter((each) => each.start === start && each.key === event.key && each.start > high - retention);
      const sum = members.reduce((total, each) => total + (each.value ?? 0), 0);
      out.push(line(`${event.key},${start},${start + size}`, [members.length, sum], Math.max(...members.map((each) => each.ts))));
    }
  }
  return out;
}

/** Final results: after each record, every window that closed now, unless the retention hides it. */
export function windowFinals(events: readonly Event[], { size, advance, grace, retention }: NaiveWindows): string[] {
  const out: string[] = [];
  const accepted: (Event & { start: number })[] = [];
  const emitted = new Set<string>();
  let streamTime = -1;
  for (const event of events) {
    if (event.key === null || event.value === null) continue;
    streamTime = Math.max(streamTime, event.ts);
    for (let start = 0; start <= event.ts; start += advance) {
      if (start + size > event.ts && start + size > streamTime - grace) accepted.push({ ...event, start });
    }
    const high = Math.max(-1, ...accepted.map((each) => each.start));
    const windows = [...new Set(accepted.map((each) => `${String(each.start).padStart(8, '0')}|${each.key}`))].sort();
    for (const window of windows) {
      const [start, key] = [Number(window.slice(0, 8)), window.slice(9)];
      if (emitted.has(window) || start + size > streamTime - grace) continue;
      emitted.add(window);
      if (start < high - retention) continue;
      const members = accepted.filter((each) => each.start === start && each.key === key);
      const sum = members.reduce((total, each) => total + (each.value ?? 0), 0);
      out.push(line(`${key},${start},${start + size}`, [members.length, sum], Math.max(...members.map((each) => each.ts))));
    }
  }
  return out;
}

interface Session {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly sum: number;
}

/** Session updates with their tombstones, or final results. */
export function sessions(events: readonly Event[], gap: number, grace: number, final: boolean): string[] {
  const out: string[] = [];
  let open: Session[] = [];
  let closed: Session[] = [];
  let [streamTime, highest] = [-1, -1];
  for (const { key, value, ts } of events) {
    if (key === null || value === null) continue;
    streamTime = Math.max(streamTime, ts);
    const found = open
      .filter((each) => each.key === key && each.end >= ts - gap && each.start <= ts + gap && each.end >= highest - (gap + grace) + 1)
      .sort((a, b) => a.end - b.end);
    const start = Math.min(ts, ...found.map((each) => each.start));
    const end = Math.max(ts, ...found.map((each) => each.end));
    if (end >= streamTime - grace - gap) {
      if (start !== end && !final) for (const each of found) out.push(line(`${key},${each.start},${each.end}`, null, each.end));
      const merged = {
        key, start, end, count: 1 + found.reduce((total, each) => total + each.count, 0), sum: value + found.reduce((total, each) => total + each.sum, 0),
      };
      highest = Math.max(highest, end);
      open = open.filter((each) => !found.includes(each) && !(each.key === key && each.start === start && each.end === end));
      open.push(merged);
      if (!final) out.push(line(`${key},${start},${end}`, [merged.count, merged.sum], end));
    }
    if (!final) continue;
    const now = open.filter((each) => each.end < streamTime - grace - gap && !closed.includes(each));
    now.sort((a, b) => a.end - b.end || a.start - b.start || (a.key < b.key ? -1 : 1));
    for (const each of now) out.push(line(`${each.key},${each.start},${each.end}`, [each.count, each.sum], each.end));
    closed = closed.concat(now);
  }
  return out;
}

export interface NaiveJoin {
  readonly type: 'INNER' | 'LEFT' | 'FULL';
  readonly before: number;
  readonly after: number;
  readonly grace: number;
  readonly explicit: boolean;
}
interface Pending extends Event {
  readonly id: number;
}

export function streamStream(events: readonly Event[], { type, before, after, grace, explicit }: NaiveJoin): string[] {
  const out: string[] = [];
  const kept: (Event & { id: number })[] = [];
  let pending: Pending[] = [];
  let [streamTime, earliest] = [-1, Infinity];
  const ahead = [after, before] as const;
  const preserved = [type !== 'INNER', type === 'FULL'] as const;
  const pair = (side: 0 | 1, own: number | null, other: number | null): readonly (number | null)[] => (side === 0 ? [own, other] : [other, own]);
  events.forEach(({ side, key, value, ts }, id) => {
    streamTime = Math.max(streamTime, ts);
    if (value === null) return;
    if (key === null) {
      if (preserved[side]) out.push(line('null', pair(side, value, null), ts));
      return;
    }
    if (ts === streamTime && earliest + ahead[side] + grace < streamTime) {
      const closed = pending.filter((each) => each.ts + ahead[each.side] + grace < streamTime);
      closed.sort((a, b) => a.ts - b.ts || b.side - a.side || ((a.key ?? '') < (b.key ?? '') ? -1 : (a.key ?? '') > (b.key ?? '') ? 1 : a.id - b.id));
      for (const each of closed) out.push(line(each.key ?? '', pair(each.side, each.value, null), each.ts));
      pending = pending.filter((each) => !closed.includes(each));
      earliest = Math.min(Infinity, ...pending.map((each) => each.ts));
    }
    kept.push({ side, key, value, ts, id });
    const newest = Math.max(-1, ...kept.filter((each) => each.side !== side).map((each) => each.ts));
    const matches = kept.filter((each) => {
      if (each.side === side || each.key !== key || each.ts < newest - (before + after + grace) + 1) return false;
      // Expired already when it came.
      const seen = kept.filter((other) => other.side === each.side && other.id <= each.id).map((other) => other.ts);
      if (each.ts < Math.max(...seen) - (before + after + grace) + 1) return false;
      const [left, right] = side === 0 ? [ts, each.ts] : [each.ts, ts];
      return right >= left - before && right <= left + after;
    });
    matches.sort((a, b) => a.ts - b.ts || a.id - b.id);
    for (const match of matches) {
      pending = pending.filter((each) => each.id !== match.id);
      out.push(line(key, pair(side, value, match.value), Math.max(ts, match.ts)));
    }
    if (matches.length > 0 || !preserved[side]) return;
    if (!explicit || ts + ahead[side] < streamTime) out.push(line(key, pair(side, value, null), ts));
    else {
      pending.push({ side, key, value, ts, id });
      earliest = Math.min(earliest, ts);
    }
  });
  return out;
}

/** Table-table join: recomputes both tables for every change. */
export function tableTable(events: readonly Event[], type: 'INNER' | 'LEFT' | 'FULL'): string[] {
  const out: string[] = [];
  events.forEach(({ side, key, value, ts }, at) => {
    if (key === null) return;
    const latest = (of: 0 | 1, before: number): Event | null => {
      const last = events.slice(0, before).filter((each) => each.side === of && each.key === key).at(-1) ?? null;
      return last === null || last.value === null ? null : last;
    };
    const other = latest(side === 0 ? 1 : 0, at);
    const was = latest(side, at);
    if (other === null && (type === 'INNER' || (type === 'LEFT' && side === 1) || (value === null && was === null))) return;
    const [left, right] = side === 0 ? [value, other?.value ?? null] : [other?.value ?? null, value];
    const isThere = type === 'INNER' ? left !== null && right !== null : type === 'LEFT' ? left !== null : left !== null || right !== null;
    out.push(line(key, isThere ? [left, right] : null, Math.max(ts, other?.ts ?? -1)));
  });
  return out;
}

/** Table grouped by its value: count and sum per group after each change. */
export function tableGroups(events: readonly Event[]): string[] {
  const out: string[] = [];
  const times = new Map<string, number>();
  events.forEach(({ key, value, ts }, at) => {
    if (key === null) return;
    const table = (until: number): Map<string, number> => {
      const rows = new Map<string, number>();
      for (const each of events.slice(0, until)) {
        if (each.key === null) continue;
        if (each.value === null) rows.delete(each.key);
        else rows.set(each.key, each.value);
      }
      return rows;
    };
    const old = table(at).get(key) ?? null;
    const group = (of: number): string => `g${of % 3}`;
    const emit = (of: string, rows: Map<string, number>): void => {
      const members = [...rows.values()].filter((each) => group(each) === of);
      times.set(of, Math.max(times.get(of) ?? -1, ts));
      out.push(line(of, [members.length, members.reduce((total, each) => total + each, 0)], times.get(of) ?? ts));
    };
    const between = table(at);
    between.delete(key);
    if (old !== null && (value === null || group(old) !== group(value))) emit(group(old), between);
    if (value !== null) emit(group(value), table(at + 1));
  });
  return out;
}

/** Foreign-key join, every change delivered before the next. A left value is its foreign key `r<value % 3>`; 0 has none. */
export function foreignKey(events: readonly Event[], type: 'INNER' | 'LEFT'): string[] {
  const out: string[] = [];
  const lefts = new Map<string, number>();
  const rights = new Map<string, { value: number; ts: number }>();
  const keyOf = (value: number | null): string | null => (value === null || value === 0 ? null : `r${value % 3}`);
  const joined = (value: number, right: { value: number } | null): (string | number | null)[] => [keyOf(value), value, right?.value ?? null];
  for (const { side, key, value, ts } of events) {
    if (key === null) continue;
    if (side === 1) {
      const name = key === 'ab' ? 'r0' : `r${key === 'a' ? 1 : 2}`;
      if (value === null) rights.delete(name);
      else rights.set(name, { value, ts });
      for (const [left, row] of [...lefts].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
        if (keyOf(row) !== name) continue;
        out.push(line(left, value === null && type === 'INNER' ? null : joined(row, value === null ? null : { value }), ts));
      }
      continue;
    }
    const old = lefts.get(key) ?? null;
    if (value === null) lefts.delete(key);
    else lefts.set(key, value);
    if (old === null && value === null) continue;
    const [oldKey, newKey] = [keyOf(old), keyOf(value)];
    const right = rights.get(newKey ?? '') ?? null;
    const time = Math.max(ts, right?.ts ?? -1);
    const isQuiet = old === null || oldKey === newKey;
    if (type === 'LEFT') out.push(line(key, value === null ? null : joined(value, right), time));
    else if (newKey === null) {
      if (oldKey !== null) out.push(line(key, null, time));
    } else if (right !== null && value !== null) out.push(line(key, joined(value, right), time));
    else if (!isQuiet) out.push(line(key, null, time));
  }
  return out;
}
