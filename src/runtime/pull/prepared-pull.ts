import { PlanError, RequestError } from '../../errors/index.js';
import { compilePredicate, compileRowFunction, fromJsonValue, type BoundExpression, type EvaluationEnvironment } from '../../expr/index.js';
import type { PersistentPlan, PullPlan, TableStep, WindowRange } from '../../plan/index.js';
import type { StoredRow } from '../../state/index.js';
import { numberOf, type Key, type Row, type SqlValue } from '../../types/index.js';
import type { CompileEnvironment } from '../compile/compiler.js';
import { viewOf } from '../compile/pieces.js';
import { asStored } from './as-stored.js';
import type { OutputRow, PullParameters } from '../messages.js';
import type { TableView } from '../operators/pieces.js';
import type { CommittedLookup } from '../task/committed-lookup.js';
import type { CommittedTable } from '../task/committed-table.js';

type RowsByKey = Pick<CommittedLookup, 'isWindowed' | 'get'>;

const CHUNK_ROWS = 512;
const NOTHING: readonly OutputRow[] = [];

/**
 * A pull query, compiled once. It reads the rows that were committed last, through the steps between the store and the sink,
 * then filters, projects and limits. Failures of expressions give null and are not logged, as in ksqlDB.
 */
export class PreparedPull {
  readonly queryId: string;
  private readonly view: TableView;
  private readonly passes: (key: Key, row: Row) => boolean;
  private readonly project: (key: Key, row: Row) => SqlValue[];
  private readonly keys: readonly Key[] | null;
  private readonly stored: ((row: Row) => Row) | null;

  constructor(
    private readonly plan: PullPlan,
    owner: PersistentPlan,
    environment: CompileEnvironment,
  ) {
    this.queryId = plan.queryId;
    this.view = materializedView(owner, environment);
    this.stored = asStored(owner, environment.serde);
    const { evaluation } = environment;
    const ignore = (): void => undefined;
    this.passes = plan.filter === null ? () => true : compilePredicate(plan.filter, evaluation, ignore);
    this.project = compileRowFunction(plan.output.map((column) => column.expression), evaluation, ignore);
    this.keys = plan.access.kind === 'keys' ? plan.access.keys.map((key) => key.map((part) => constantOf(part, evaluation))) : null;
  }

  get storeName(): string {
    return this.view.store;
  }

  /** The answer where it can be had without waiting: few keys of a table without windows. Null: `execute` gives it. */
  lookup(table: RowsByKey, parameters: PullParameters): readonly OutputRow[] | null {
    const keys = parameters.keys ?? this.keys;
    if (keys === null || table.isWindowed || keys.length > CHUNK_ROWS) return null;
    const { limit } = this.plan;
    const rows: OutputRow[] = [];
    for (const key of keys) {
      if (limit !== null && rows.length >= limit) break;
      const stored = storedAt(table, key);
      const output = stored === null ? null : this.output(key, stored.row, stored.timestamp);
      if (output !== null) rows.push(output);
    }
    return rows;
  }

  async *execute(table: CommittedTable, parameters: PullParameters): AsyncGenerator<readonly OutputRow[]> {
    let left = this.plan.limit ?? Infinity;
    if (left <= 0) return;
    let chunk: OutputRow[] = [];
    for await (const rows of this.rows(table, parameters)) {
      for (const { key, row, timestamp } of rows) {
        const output = this.output(key, row, timestamp);
        if (output === null) continue;
        chunk.push(output);
        if (--left === 0) break;
        if (chunk.length < CHUNK_ROWS) continue;
        yield chunk;
        chunk = [];
      }
      if (left === 0) break;
      // Its reader decides whether others have a turn, also while nothing is found.
      if (chunk.length === 0) yield NOTHING;
    }
    if (chunk.length > 0) yield chunk;
  }

  private output(key: Key, stored: Row, timestamp: number): OutputRow | null {
    const { windows } = this.plan;
    if (windows !== null && !inRange(windows, key)) return null;
    const seen = this.view.view === null ? stored : this.view.view(key, stored, timestamp);
    if (seen === null) return null;
    const row = [...(this.stored === null ? seen : this.stored(seen)), timestamp];
    return this.passes(key, row) ? { values: this.project(key, row), tombstone: false } : null;
  }

  private async *rows(table: CommittedTable, parameters: PullParameters): AsyncGenerator<Iterable<StoredEntry>> {
    const keys = parameters.keys ?? this.keys;
    if (keys !== null && !table.isWindowed) {
      for (const key of keys) {
        const stored = storedAt(table, key);
        if (stored !== null) yield [{ key, ...stored }];
      }
      return;
    }
    for (const reader of table.readers) {
      if (keys === null) yield* reader.all();
      else for (const key of keys) if (!hasNull(key)) yield* reader.windows(key);
    }
  }
}

interface StoredEntry {
  readonly key: Key;
  readonly row: Row;
  readonly timestamp: number;
}

// A null part equals nothing.
function hasNull(key: Key): boolean {
  return key.some((part) => part === null);
}

function storedAt(table: RowsByKey, key: Key): StoredRow | null {
  return hasNull(key) ? null : table.get(key);
}

/** Start and end stand last in a windowed key. Bounds are inclusive. */
function inRange(range: WindowRange, key: Key): boolean {
  const start = numberOf(key[key.length - 2] ?? null);
  const end = numberOf(key[key.length - 1] ?? null);
  return (
    (range.startLow === null || start >= range.startLow) && (range.startHigh === null || start <= range.startHigh) &&
    (range.endLow === null || end >= range.endLow) && (range.endHigh === null || end <= range.endHigh)
  );
}

/** The sink's rows as a view of the materialization's store. */
function materializedView(owner: PersistentPlan, environment: CompileEnvironment): TableView {
  const { materialization, root } = owner;
  if (materialization === null) throw new RequestError('BAD_REQUEST', `Query ${owner.queryId} keeps no table that can be queried`);
  const top = root.kind === 'streamSink' || root.kind === 'tableSink' ? root.source : root;
  const view = viewOf(environment, asTable(top, owner));
  if (view === null || view.store !== materialization.storeName) {
    throw new PlanError(`The plan of ${owner.queryId} names the store ${materialization.storeName}, which does not hold its result`, { hint: 'Drop the table and create it again.' });
  }
  return view;
}

function asTable(step: Extract<PersistentPlan['root'], { source: unknown }>['source'] | PersistentPlan['root'], owner: PersistentPlan): TableStep {
  switch (step.kind) {
    case 'tableSource': case 'tableFilter': case 'tableSelect': case 'tableMaterialize': case 'tableRepartition': case 'streamAggregate':
    case 'streamWindowedAggregate': case 'tableAggregate': case 'tableTableJoin': case 'foreignKeyJoin':
      return step;
    default:
      throw new RequestError('BAD_REQUEST', `Query ${owner.queryId} writes a stream, which has no table to query`);
  }
}

function constantOf(expression: BoundExpression, evaluation: EvaluationEnvironment): SqlValue {
  if (expression.kind === 'literal') return fromJsonValue(expression.value);
  return compileRowFunction([expression], evaluation, () => undefined)(null, null)[0] ?? null;
}
