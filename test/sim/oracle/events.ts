/** What the oracle knows of a record: plain values, no bytes. */
export interface Value {
  readonly G: string | null;
  readonly N: number | null;
  readonly A: readonly number[] | null;
}
export interface InputRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  /** `poison`: bytes that cannot be read. */
  readonly value: Value | 'poison' | null;
  readonly ts: number;
}
/** A readable record in the order of processing. `side` is the index of its source in the query. */
export interface Event {
  readonly side: number;
  readonly partition: number;
  readonly key: string | null;
  readonly value: Value | null;
  readonly ts: number;
}
/** A row that should be on a sink. A windowed key ends with `@start` or `@start-end`. */
export interface ExpectedRow {
  readonly key: string | null;
  readonly value: Readonly<Record<string, string | number | null>> | null;
  readonly ts: number;
}

/**
 * The order in which one query takes records that were all there before it looked: smallest head timestamp first; ties go to the
 * smaller partition, then to the earlier source. Each phase was finished before the next was written.
 */
export function consumptionOrder(sources: readonly string[], phases: readonly (readonly InputRecord[])[]): Event[] {
  const out: Event[] = [];
  for (const phase of phases) {
    const queues: { side: number; partition: number; records: InputRecord[] }[] = [];
    for (let partition = 0; partition < 16; partition++) {
      for (let side = 0; side < sources.length; side++) {
        const records = phase.filter((record) => record.topic === sources[side] && record.partition === partition);
        if (records.length > 0) queues.push({ side, partition, records });
      }
    }
    for (;;) {
      let best: (typeof queues)[number] | null = null;
      for (const queue of queues) {
        const head = queue.records[0];
        if (head !== undefined && (best === null || head.ts < (best.records[0]?.ts ?? Infinity))) best = queue;
      }
      const record = best?.records.shift();
      if (best === null || record === undefined) break;
      if (record.value !== 'poison') out.push({ side: best.side, partition: best.partition, key: record.key, value: record.value, ts: record.ts });
    }
  }
  return out;
}

/** Records that cannot be read, in the topics of a query. */
export function poisonCount(sources: readonly string[], phases: readonly (readonly InputRecord[])[]): number {
  return phases.flat().filter((record) => record.value === 'poison' && sources.includes(record.topic)).length;
}
