import type { Step } from '../../../src/plan/index.js';
import type { Operator, OperatorContext } from '../../../src/runtime/operators/operator.js';
import { createOperator, type OperatorSpec } from '../../../src/runtime/operators/create-operator.js';
import { tableSpecs, type TableSpec } from '../../../src/runtime/operators/table-specs.js';
import { createMemoryStores, EventKeys, EventTable, MaterializedTable, runDemand, type BytesStore, type WriteOperation } from '../../../src/state/index.js';
import type { Key, Row, SqlValue } from '../../../src/types/index.js';

export interface RunOptions {
  readonly caching?: boolean;
  /** Rows are dropped from memory at every commit, so that everything is found in the store again. */
  readonly forgetful?: boolean;
  /** Further tables, e.g. that of a looked-up side. */
  readonly tables?: readonly TableSpec[];
}
export interface Emitted {
  readonly key: Key | null;
  readonly row: Row | null;
  readonly old: Row | null | undefined;
  readonly timestamp: number;
}

/** Runs one operator as a task would: records in, demands served, commits, stops and restores. */
export class OperatorRun {
  readonly emitted: Emitted[] = [];
  readonly errors: string[] = [];
  late = 0;
  private operator: Operator;
  private tables = new Map<string, MaterializedTable | EventTable>();
  private readonly stores = new Map<string, BytesStore>();
  private readonly provider = createMemoryStores();
  private readonly specs: readonly TableSpec[];

  private constructor(private readonly spec: OperatorSpec, step: Step, private readonly options: RunOptions) {
    this.operator = createOperator(spec);
    this.specs = [...tableSpecs(step), ...(options.tables ?? [])];
  }
  static async open(spec: OperatorSpec, options: RunOptions = {}): Promise<OperatorRun> {
    const run = new OperatorRun(spec, spec.step, options);
    for (const { store } of run.specs) run.stores.set(store.name, await run.provider.open('query_0_0', store.name));
    run.start();
    return run;
  }

  table(name: string): MaterializedTable {
    const table = this.tables.get(name);
    if (!(table instanceof MaterializedTable)) throw new Error(`no table ${name}`);
    return table;
  }
  private events(name: string): EventTable {
    const table = this.tables.get(name);
    if (!(table instanceof EventTable)) throw new Error(`no events ${name}`);
    return table;
  }
  async process(input: number, key: Key | null, row: Row | null, timestamp: number, old?: Row | null): Promise<void> {
    this.operator.process(input, key, row, old, timestamp);
    await this.serve();
  }
  /** A change that a table forwards while it is flushed. */
  change(input: number, key: Key, row: Row | null, timestamp: number, old: Row | null): void {
    this.operator.process(input, key, row, old, timestamp);
  }
  async flush(): Promise<void> {
    for (const table of this.tables.values()) table.flush();
    await this.serve();
  }
  async commit(): Promise<void> {
    await this.flush();
    for (const [name, table] of this.tables) {
      const operations: WriteOperation[] = [];
      table.collectDirty(() => undefined);
      table.markCommitted();
      for (const part of table.collectUnstored(Infinity)) operations.push(...part);
      await this.stores.get(name)?.write(operations, 0);
      table.markStored();
      await table.sweep(100);
    }
  }
  /** Commit, forget everything, start again over the same stores. */
  async restart(): Promise<void> {
    await this.commit();
    const observed = structuredClone(this.operator.observed());
    this.operator.close();
    this.operator = createOperator(this.spec);
    this.start();
    this.operator.restoreObserved(observed);
  }
  /** The commit failed: back to the state of `observed`. */
  abort(observed: Readonly<Record<string, number>>): void {
    for (const table of this.tables.values()) table.discard();
    this.operator = createOperator(this.spec);
    this.operator.open(this.context());
    this.operator.restoreObserved(observed);
  }
  observed(): Readonly<Record<string, number>> {
    return this.operator.observed();
  }
  /** What was emitted since the last call, one line each. */
  lines(): string[] {
    return this.emitted.splice(0).map(show);
  }

  private async serve(): Promise<void> {
    for (let demand = this.operator.demand(); demand !== null; demand = this.operator.demand()) await runDemand(demand);
  }
  private start(): void {
    const keys = new EventKeys(this.specs[0]?.keyTypes ?? [], 1000);
    this.tables = new Map(this.specs.map((spec) => [spec.store.name, this.openTable(spec, keys)]));
    this.operator.open(this.context());
  }
  private openTable(spec: TableSpec, keys: EventKeys): MaterializedTable | EventTable {
    const store = this.stores.get(spec.store.name);
    if (store === undefined) throw new Error('store is open');
    const { keyTypes, valueTypes, layout } = spec;
    const common = { name: spec.store.name, keyTypes, valueTypes, store, maxBytes: this.options.forgetful === true ? 0 : 10_000_000 };
    return layout.kind === 'events' ? new EventTable({ ...common, layout, keys }) : new MaterializedTable({ ...common, layout, shardSize: 1000, caching: this.options.caching ?? false });
  }
  private context(): OperatorContext {
    return {
      emit: (key, row, old, timestamp) => this.emitted.push({ key, row, old, timestamp }),
      table: (name) => this.table(name),
      events: (name) => this.events(name),
      caching: this.options.caching ?? false,
      partition: 3,
      droppedLate: (count) => void (this.late += count),
      recordError: (message) => void this.errors.push(message),
    };
  }
}

/** `key = row @ts`, with `old -> ` before the row where there is an old one. */
export function show({ key, row, old, timestamp }: Emitted): string {
  const before = old === null || old === undefined ? '' : `${values(old)} -> `;
  return `${key === null ? 'null' : values(key)} = ${before}${row === null ? 'null' : values(row)} @${timestamp}`;
}
export function values(row: readonly SqlValue[]): string {
  return row.map((value) => (value === null ? '-' : typeof value === 'object' ? JSON.stringify(value) : String(value))).join(',');
}

/** Feeds lines `@ts key = v` (left or only side) and `right@ts key = v`; `null` as key or row; `stop` commits and restarts. Returns what came out. */
export async function drive(run: OperatorRun, script: string): Promise<string[]> {
  const out: string[] = [];
  for (const line of script.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    if (line === 'stop') await run.restart();
    else if (line === 'commit') await run.commit();
    else await feed(run, line);
    out.push(...run.lines());
  }
  return out;
}

async function feed(run: OperatorRun, line: string): Promise<void> {
  const match = /^(right)?@(\d+) (\S+) = (.*)$/.exec(line);
  if (match === null) throw new Error(`not a record: ${line}`);
  const [, side, time, key, row] = match;
  await run.process(side === undefined ? 0 : 1, key === 'null' ? null : [key ?? ''], row === 'null' ? null : parse(row ?? ''), Number(time));
}
function parse(row: string): Row {
  return row.split(',').map((value) => (value === '-' ? null : /^-?\d+$/.test(value) ? Number(value) : value));
}
