/** One ordered source of records of a task: an input partition, or its share of a memory exchange. */
export interface TaskInput {
  /** Records processed since it was opened. */
  readonly records: number;
  /** Time of the next buffered record; Infinity when none is buffered. Decides the order among inputs. */
  head(): number;
  /**
   * Processes buffered records in order while their time is below `limit` (or equal, when `inclusive`), at most `max` of them,
   * and stops early when an operator has a demand. Returns how many.
   */
  run(limit: number, inclusive: boolean, max: number): number;
}

/** What inputs ask their task after each record. */
export interface Interrupt {
  /** True when something must be awaited before the next record. */
  interrupted(): boolean;
}
