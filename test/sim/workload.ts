import type { Dice } from './dice.js';
import type { InputRecord, Value } from './oracle/events.js';
import { partitionOfText } from './oracle/partition.js';
import type { Shape } from './shapes.js';

interface Habits {
  readonly keys: number;
  readonly skew: number;
  readonly lateness: number;
  readonly step: number;
  readonly nullKeys: number;
  readonly nullValues: number;
  readonly poison: number;
}

function drawHabits(dice: Dice): Habits {
  return {
    keys: dice.between(1, 8),
    skew: dice.pick([0, 1, 2]),
    lateness: dice.pick([0, 5, 30, 150]),
    step: dice.pick([1, 4, 15, 60]),
    nullKeys: dice.pick([0, 0, 0.05]),
    nullValues: dice.pick([0, 0.05, 0.2]),
    poison: dice.pick([0, 0, 0.03]),
  };
}

function drawValue(dice: Dice, habits: Habits): Value {
  const group = dice.chance(0.06) ? null : `k${dice.skewed(habits.keys, habits.skew)}`;
  const length = dice.int(4);
  return {
    G: group,
    N: dice.chance(0.08) ? null : dice.between(-10, 20),
    A: dice.chance(0.1) ? null : Array.from({ length }, () => dice.int(100)),
  };
}

/** Batches of records; each batch is written at once, and processed before the next is written. */
export function drawPhases(dice: Dice, shape: Shape, partitions: number, total: number): InputRecord[][] {
  const habits = drawHabits(dice);
  const batches = dice.between(1, 4);
  const phases: InputRecord[][] = [];
  let time = dice.int(50);
  for (let batch = 0; batch < batches; batch++) {
    const records: InputRecord[] = [];
    for (let i = 0; i < total / batches; i++) {
      const source = shape.sources[dice.int(shape.sources.length)];
      if (source === undefined) continue;
      time += dice.int(habits.step + 1);
      const key = dice.chance(habits.nullKeys) ? null : `k${dice.skewed(habits.keys, habits.skew)}`;
      records.push({
        topic: source.topic,
        partition: key === null ? dice.int(partitions) : partitionOfText(key, partitions),
        key,
        value: dice.chance(habits.poison) ? 'poison' : dice.chance(source.kind === 'TABLE' ? Math.max(0.1, habits.nullValues) : habits.nullValues) ? null : drawValue(dice, habits),
        ts: Math.max(0, time - dice.int(habits.lateness + 1)),
      });
    }
    if (!shape.tablesFirst) {
      phases.push(records);
      continue;
    }
    const tables = new Set(shape.sources.filter((source) => source.kind === 'TABLE').map((source) => source.topic));
    phases.push(records.filter((record) => tables.has(record.topic)), records.filter((record) => !tables.has(record.topic)));
  }
  return phases.filter((phase) => phase.length > 0);
}

const BROKEN = ['{"G":"k1","N":', 'not json', '{"G":"k1","N":{"x":1},"A":[]}', '[1,2]'] as const;

/** The bytes of a record's value. */
export function valueBytes(record: InputRecord, index: number): Buffer | null {
  if (record.value === null) return null;
  if (record.value === 'poison') return Buffer.from(BROKEN[index % BROKEN.length] ?? '');
  return Buffer.from(JSON.stringify(record.value));
}
