import type { Observed } from '../operators/operator.js';

/**
 * What operators have observed travels in the metadata of a committed offset, so it is committed with the records it
 * comes from. Key: `<stage>_<partition>`; one list entry per operator of the task.
 */
export type ObservedByTask = Map<string, TaskObserved>;
export interface TaskObserved {
  readonly operators: readonly Observed[];
  /** Largest time put into each table; decides what is expired. */
  readonly highWaters: readonly number[];
  /** Numbers given to rows so far. */
  readonly sequence: number;
  /** By topic: where this task is, when another one that reads the same partition is behind it and decides what is committed. */
  readonly ahead: ReadonlyMap<string, number>;
}

export function encodeMetadata(tasks: ReadonlyMap<string, TaskObserved>): string {
  if (tasks.size === 0) return '';
  const entries = [...tasks].map(([task, { operators, highWaters, sequence, ahead }]) => [task, sequence, highWaters, operators, ...(ahead.size === 0 ? [] : [[...ahead]])]);
  return JSON.stringify({ v: 1, tasks: entries });
}

/** Reads metadata into `into`; text of others (or of a newer release) is ignored: then time is unknown, as after a first start. */
export function decodeMetadata(text: string, into: ObservedByTask): void {
  if (text === '') return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return;
  }
  if (!isRecord(parsed) || parsed['v'] !== 1 || !Array.isArray(parsed['tasks'])) return;
  for (const entry of parsed['tasks'] as readonly unknown[]) {
    if (!Array.isArray(entry)) continue;
    const [task, sequence, highWaters, operators, ahead] = entry as readonly unknown[];
    if (typeof task !== 'string' || typeof sequence !== 'number' || !Array.isArray(operators) || !Array.isArray(highWaters)) continue;
    into.set(task, { sequence, highWaters: highWaters.filter((time) => typeof time === 'number'), operators: operators.filter(isObserved), ahead: positionsOf(ahead) });
  }
}

/** The same observations where every position of a partition has another number; text of others stays as it is. */
export function movedMetadata(text: string, moved: (topic: string, offset: number) => number): string {
  const observed: ObservedByTask = new Map();
  decodeMetadata(text, observed);
  if (observed.size === 0) return text;
  return encodeMetadata(new Map([...observed].map(([task, known]) => [task, { ...known, ahead: new Map([...known.ahead].map(([topic, offset]) => [topic, moved(topic, offset)])) }])));
}

function positionsOf(value: unknown): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  if (!Array.isArray(value)) return positions;
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry)) continue;
    const [topic, offset] = entry as readonly unknown[];
    if (typeof topic === 'string' && typeof offset === 'number') positions.set(topic, offset);
  }
  return positions;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObserved(value: unknown): value is Observed {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'number');
}
