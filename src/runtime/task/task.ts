import { runDemand } from '../../state/index.js';
import type { Operator } from '../operators/operator.js';
import type { Stage } from '../topology.js';
import type { TaskObserved } from './offset-metadata.js';
import type { RecordContext } from './record-context.js';
import type { SlabInput } from './slab-input.js';
import type { Interrupt, TaskInput } from './task-input.js';
import type { TaskStore } from './task-store.js';

/** Rows of a table that are forwarded before others have a turn. */
const FLUSHED_AT_ONCE = 4096;

/**
 * A stage on one partition: the unit of work, placement and recovery. Records are processed one after the other, synchronously;
 * what an operator demands is awaited between two records.
 */
export class Task implements Interrupt {
  /** In the order of the stage's inputs: ties go to the earlier one. */
  readonly inputs: TaskInput[] = [];
  /** Those of `inputs` that read a topic. */
  readonly topicInputs: SlabInput[] = [];
  /** Those of `inputs` behind a memory exchange. */
  readonly exchangeInputs: TaskInput[] = [];
  /** Upstream first, and so are their stores. */
  readonly operators: Operator[] = [];
  readonly stores: TaskStore[] = [];
  /** Numbers given to rows, see `AggregateSite.nextSequence`. */
  sequence = 0;
  /** Carries on what a long scan has given so far; set by who runs the task. */
  betweenPages: () => void = () => undefined;
  private scan: Promise<void> | null = null;
  private idleSinceMs: number | null = null;

  constructor(
    readonly stage: Stage,
    readonly partition: number,
    readonly context: RecordContext,
  ) {}

  /** Names the task within its query, in committed metadata and in the folder of its stores. */
  get id(): string {
    return taskId(this.stage.id, this.partition);
  }

  /** Time of the record that would be processed next; Infinity: none. */
  head(): number {
    const { inputs } = this;
    let head = Infinity;
    for (let i = 0; i < inputs.length; i++) head = Math.min(head, inputs[i]?.head() ?? Infinity);
    return head;
  }

  /** True while records that the broker is known to have are not at hand: which record comes next is not known. */
  get starved(): boolean {
    return this.topicInputs.some((input) => input.starved);
  }

  /** How far time is decided for what this task still has to give. */
  frontier(): number {
    let frontier = Infinity;
    for (const input of this.topicInputs) frontier = Math.min(frontier, input.frontier());
    for (const input of this.exchangeInputs) frontier = Math.min(frontier, input.head());
    return frontier;
  }

  /** Serves what operators demand, upstream first; true when a scan must be awaited before the next record. */
  interrupted(): boolean {
    const { operators } = this;
    for (let i = 0; i < operators.length; i++) {
      for (let demand = operators[i]?.demand() ?? null; demand !== null; demand = operators[i]?.demand() ?? null) {
        const scan = runDemand(demand, this.betweenPages);
        if (scan === undefined) continue;
        // Whoever awaits it is told; when another task fails first, nobody does.
        scan.catch(() => undefined);
        this.scan = scan;
        return true;
      }
    }
    return false;
  }

  get hasDemand(): boolean {
    return this.scan !== null;
  }

  async satisfyDemands(): Promise<void> {
    while (this.scan !== null) {
      await this.scan;
      this.scan = null;
      if (!this.interrupted()) this.finishRecord();
    }
    this.context.clear();
  }

  /** Nothing is committed between two sources of one record. */
  private finishRecord(): void {
    for (const input of this.topicInputs) if (input.isMidRecord) input.run(Infinity, true, 0);
  }

  /** Forwards what the tables held back, upstream first; others have a turn between two parts. */
  async flush(yieldTurn: () => Promise<void>): Promise<void> {
    for (const { table } of this.stores) {
      for (let isMore = true; isMore; ) {
        isMore = table.flush(FLUSHED_AT_ONCE);
        if (this.interrupted()) await this.satisfyDemands();
        if (isMore) await yieldTurn();
      }
    }
  }

  observed(ahead: TaskObserved['ahead']): TaskObserved {
    return {
      ahead,
      operators: this.operators.map((operator) => operator.observed()),
      highWaters: this.stores.map((store) => store.table.highWater()),
      sequence: this.sequence,
    };
  }

  restoreObserved(observed: TaskObserved): void {
    this.sequence = observed.sequence;
    this.stores.forEach((store, index) => store.table.restoreHighWater(observed.highWaters[index] ?? -1));
    this.operators.forEach((operator, index) => {
      const known = observed.operators[index];
      if (known !== undefined) operator.restoreObserved(known);
    });
  }

  /** False while an input is empty whose records could have to come first. */
  ready(maxIdleMs: number, nowMs: number): boolean {
    if (maxIdleMs < 0 || this.inputs.length < 2) return true;
    if (this.starved) return false;
    if (maxIdleMs === 0 || this.inputs.every((input) => input.head() !== Infinity)) {
      this.idleSinceMs = null;
      return true;
    }
    this.idleSinceMs ??= nowMs;
    return nowMs - this.idleSinceMs >= maxIdleMs;
  }

  /**
   * Processes records in time order over its inputs while they are below `limit`, and until one of them runs dry that has more to
   * come: its next record may have to come first. Returns how many.
   */
  run(limit: number, inclusive: boolean, max: number, inputs: readonly TaskInput[] = this.inputs): number {
    let count = 0;
    while (count < max && this.scan === null) {
      const done = this.runSmallest(inputs, limit, inclusive, max - count);
      if (done === 0) break;
      count += done;
      if (inputs === this.inputs && this.starved) break;
    }
    return count;
  }

  /** Runs the input with the smallest head until the next smaller head of another input. */
  private runSmallest(inputs: readonly TaskInput[], limit: number, inclusive: boolean, max: number): number {
    let best = -1;
    let bestHead = Infinity;
    let second = -1;
    let secondHead = Infinity;
    for (let i = 0; i < inputs.length; i++) {
      const head = inputs[i]?.head() ?? Infinity;
      if (head < bestHead) {
        second = best;
        secondHead = bestHead;
        best = i;
        bestHead = head;
      } else if (head < secondHead) {
        second = i;
        secondHead = head;
      }
    }
    if (best < 0) return 0;
    const input = inputs[best];
    if (input === undefined) return 0;
    if (secondHead > limit) return input.run(limit, inclusive, max);
    const first = second < 0 || best < second;
    return input.run(secondHead, first && (secondHead < limit || inclusive), max);
  }
}

export function taskId(stage: number, partition: number): string {
  return `${stage}_${partition}`;
}
