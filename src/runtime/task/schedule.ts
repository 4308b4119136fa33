import type { Topology } from '../topology.js';
import type { ExchangePort } from './exchange-port.js';
import type { Task } from './task.js';

/** Tasks of one query on this thread and the memory between them. */
export interface Assembly {
  readonly topology: Topology;
  /** By stage id. */
  readonly tasks: ReadonlyMap<number, readonly Task[]>;
  readonly exchanges: readonly ExchangePort[];
}

export interface SliceOptions {
  readonly records: number;
  readonly maxIdleMs: number;
  readonly nowMs: number;
}

/**
 * One bounded slice of work. First the stages that read topics only, over all their tasks by smallest head timestamp, so that
 * partitions which progress unevenly make no row late; then the stages behind memory exchanges, producers before consumers,
 * never past what is still to come from upstream. Returns how many input records of topics and exchanges were processed.
 */
export function runSlice(assembly: Assembly, options: SliceOptions): number {
  let count = runSources(assembly, options);
  for (const stage of assembly.topology.stages) {
    if (!behindMemory(assembly, stage.id)) continue;
    deliver(assembly, stage.id);
    const limit = needsLimit(assembly, stage.id) ? upstreamHead(assembly, stage.id) : Infinity;
    for (const task of assembly.tasks.get(stage.id) ?? []) {
      if (!task.hasDemand && task.ready(options.maxIdleMs, options.nowMs)) count += task.run(limit, true, Infinity);
    }
  }
  return count;
}

/**
 * Carries rows on through the memory exchanges in the middle of a long scan, where that is all a stage reads: one queue keeps its
 * order by itself, so when its rows are taken makes no difference.
 */
export function relieveExchanges(assembly: Assembly): void {
  for (const { id, inputs } of assembly.topology.stages) {
    if (inputs.length === 1 && behindMemory(assembly, id)) drainExchanges(assembly, id);
  }
}

/** Empties the memory exchanges into a stage, of each task at most so many rows; at a commit nothing may be under way. Demands are the caller's to satisfy. */
export function drainExchanges(assembly: Assembly, stageId: number, most = Infinity): number {
  deliver(assembly, stageId);
  let count = 0;
  for (const task of assembly.tasks.get(stageId) ?? []) {
    if (!task.hasDemand) count += task.run(Infinity, true, most, task.exchangeInputs);
  }
  return count;
}

function deliver(assembly: Assembly, stageId: number): void {
  for (const port of assembly.exchanges) if (port.exchange.consumer === stageId) port.deliver();
}

export function tasksWithDemand(assembly: Assembly): Task[] {
  const waiting: Task[] = [];
  for (const tasks of assembly.tasks.values()) for (const task of tasks) if (task.hasDemand) waiting.push(task);
  return waiting;
}

function runSources(assembly: Assembly, options: SliceOptions): number {
  const tasks: Task[] = [];
  for (const stage of assembly.topology.stages) {
    if (behindMemory(assembly, stage.id)) continue;
    for (const task of assembly.tasks.get(stage.id) ?? []) {
      if (!task.hasDemand && task.ready(options.maxIdleMs, options.nowMs)) tasks.push(task);
    }
  }
  const heads = Float64Array.from(tasks, (task) => task.head());
  let left = options.records;
  while (left > 0) {
    const best = smallest(heads, -1);
    const task = tasks[best];
    if (task === undefined) break;
    const next = smallest(heads, best);
    const limit = next < 0 ? Infinity : (heads[next] ?? Infinity);
    left -= task.run(limit, next < 0 || best < next, left);
    if (task.hasDemand || (options.maxIdleMs >= 0 && task.starved)) break;
    heads[best] = task.head();
  }
  return options.records - left;
}

/** Index of the smallest finite head but `except`; the first one at a tie; −1: none. */
function smallest(heads: Float64Array, except: number): number {
  let best = -1;
  let bestHead = Infinity;
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i] ?? Infinity;
    if (i !== except && head < bestHead) {
      best = i;
      bestHead = head;
    }
  }
  return best;
}

function behindMemory(assembly: Assembly, stageId: number): boolean {
  return assembly.exchanges.some((port) => port.inMemory && port.exchange.consumer === stageId);
}

/** One queue alone keeps its order by itself; several are merged by time and must not run ahead. */
function needsLimit(assembly: Assembly, stageId: number): boolean {
  return (assembly.topology.stages.find((stage) => stage.id === stageId)?.inputs.length ?? 0) > 1;
}

function upstreamHead(assembly: Assembly, stageId: number): number {
  let head = Infinity;
  for (const port of assembly.exchanges) {
    if (port.exchange.consumer !== stageId || !port.inMemory) continue;
    for (const task of assembly.tasks.get(port.exchange.producer) ?? []) head = Math.min(head, task.frontier());
    head = Math.min(head, upstreamHead(assembly, port.exchange.producer));
  }
  return head;
}
