import { createOperator } from '../../../src/runtime/operators/create-operator.js';
import type { Operator, OperatorContext } from '../../../src/runtime/operators/operator.js';
import type { ForeignKeyPieces } from '../../../src/runtime/operators/pieces.js';
import { tableSpecs } from '../../../src/runtime/operators/table-specs.js';
import { createMemoryStores, MaterializedTable, runDemand, type BytesStore, type WriteOperation } from '../../../src/state/index.js';
import type { Key, Row } from '../../../src/types/index.js';
import { show, type Emitted } from './operator-run.js';
import { foreignKeyJoinOf } from './steps.js';

interface Message {
  readonly key: Key | null;
  readonly row: Row | null;
  readonly timestamp: number;
}

const pieces: ForeignKeyPieces = {
  left: { store: 'left', view: null, owned: true },
  right: { store: 'right', view: null, owned: true },
  foreignKey: (_key, row) => row[0] ?? null,
  resultStore: null,
};

/** The three operators of a foreign-key join with queues for exchanges, which a test may hold back. */
export class ForeignKeyRun {
  private tables = new Map<string, MaterializedTable>();
  private readonly stores = new Map<string, BytesStore>();
  private operators: Operator[] = [];
  private readonly subscriptions: Message[] = [];
  private readonly responses: Message[] = [];
  private emitted: Emitted[] = [];

  private constructor(private readonly type: 'INNER' | 'LEFT', private readonly forgetful: boolean) {}
  static async open(type: 'INNER' | 'LEFT', forgetful = false): Promise<ForeignKeyRun> {
    const run = new ForeignKeyRun(type, forgetful);
    const provider = createMemoryStores();
    for (const { store } of tableSpecs(foreignKeyJoinOf(type))) run.stores.set(store.name, await provider.open('query_0_0', store.name));
    run.start();
    return run;
  }

  left(key: string, row: Row | null, timestamp: number): void {
    this.operators[0]?.process(0, [key], row, undefined, timestamp);
  }
  async right(key: string, row: Row | null, timestamp: number): Promise<void> {
    this.operators[1]?.process(1, [key], row, undefined, timestamp);
    await this.serve();
  }
  /** Delivers what is on the way to the right side, then what is on the way back. */
  async settle(): Promise<void> {
    for (let next = this.subscriptions.shift(); next !== undefined; next = this.subscriptions.shift()) {
      this.operators[1]?.process(0, next.key, next.row, undefined, next.timestamp);
      await this.serve();
    }
    for (let next = this.responses.shift(); next !== undefined; next = this.responses.shift()) {
      this.operators[2]?.process(0, next.key, next.row, undefined, next.timestamp);
    }
  }
  async restart(): Promise<void> {
    for (const [name, table] of this.tables) {
      const operations: WriteOperation[] = [];
      table.collectDirty(() => undefined);
      table.markCommitted();
      for (const part of table.collectUnstored(Infinity)) operations.push(...part);
      await this.stores.get(name)?.write(operations, 0);
      table.markStored();
    }
    this.start();
  }
  lines(): string[] {
    return this.emitted.splice(0).map(show);
  }

  private async serve(): Promise<void> {
    const respond = this.operators[1];
    for (let demand = respond?.demand() ?? null; demand !== null; demand = respond?.demand() ?? null) await runDemand(demand);
  }
  private start(): void {
    const step = foreignKeyJoinOf(this.type);
    this.tables = new Map();
    for (const { store: { name }, layout, keyTypes, valueTypes } of tableSpecs(step)) {
      const store = this.stores.get(name);
      if (store === undefined) throw new Error('store is open');
      if (layout.kind === 'events') throw new Error('no side of a stream-stream join');
      const maxBytes = this.forgetful ? 0 : 1_000_000;
      this.tables.set(name, new MaterializedTable({ name, layout, keyTypes, valueTypes, store, caching: false, maxBytes }));
    }
    this.operators = [
      createOperator({ kind: 'foreignKeySubscribe', step, pieces }),
      createOperator({ kind: 'foreignKeyRespond', step, pieces }),
      createOperator({ kind: 'foreignKeyResolve', step, pieces }),
    ];
    const sinks = [
      (message: Emitted) => this.subscriptions.push(message),
      (message: Emitted) => this.responses.push(message),
      (message: Emitted) => this.emitted.push(message),
    ];
    this.operators.forEach((operator, index) => operator.open(this.context((message) => void sinks[index]?.(message))));
  }
  private context(sink: (message: Emitted) => void): OperatorContext {
    return {
      emit: (key, row, old, timestamp) => sink({ key, row, old, timestamp }),
      table: (name) => {
        const table = this.tables.get(name);
        if (table === undefined) throw new Error(`no table ${name}`);
        return table;
      },
      events: (name) => {
        throw new Error(`no events ${name}`);
      },
      caching: false,
      partition: 0,
      droppedLate: () => undefined,
      recordError: () => undefined,
    };
  }
}
