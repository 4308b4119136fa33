import type { ForeignKeyJoin, Step, StoreRef, StreamStreamJoin, StreamWindowedAggregate } from '../../plan/index.js';
import { assertNever } from '../../errors/index.js';
import type { TableLayout } from '../../state/index.js';
import { BIGINT, BYTES, INTEGER, type Column, type RowSchema, type SqlType } from '../../types/index.js';

/** One table of a step, as `MaterializedTable` wants it. Types of stored key (layout's own parts excluded) and value. */
export interface TableSpec {
  readonly store: StoreRef;
  readonly layout: TableLayout;
  /** Inner key: window bounds are in it only where the layout does not keep them itself (a source over a windowed topic). */
  readonly keyTypes: readonly SqlType[];
  readonly valueTypes: readonly SqlType[];
}

const types = (columns: readonly Column[]): SqlType[] => columns.map((column) => column.type);
const keyTypes = (schema: RowSchema): SqlType[] =>
  schema.window === null ? types(schema.key) : [...types(schema.key), BIGINT, BIGINT];

/**
 * The tables a step owns, in flush order. Join sides that are kept by their own materialization own nothing here:
 * the runtime leaves those out (`SidePieces.owned`).
 */
export function tableSpecs(step: Step): readonly TableSpec[] {
  switch (step.kind) {
    case 'tableSource':
    case 'tableMaterialize':
    case 'tableRepartition':
      return [{ store: step.store, layout: { kind: 'keyed' }, keyTypes: keyTypes(step.schema), valueTypes: types(step.store.valueColumns) }];
    case 'streamAggregate':
    case 'tableAggregate':
      return [{ store: step.store, layout: { kind: 'keyed' }, keyTypes: keyTypes(step.schema), valueTypes: types(step.store.valueColumns) }];
    case 'streamWindowedAggregate':
      return [
        { store: step.store, layout: windowLayout(step), keyTypes: types(step.schema.key), valueTypes: types(step.store.valueColumns) },
      ];
    case 'streamStreamJoin':
      return streamStreamSpecs(step);
    case 'tableTableJoin':
      return [
        { store: step.leftStore, layout: { kind: 'keyed' }, keyTypes: keyTypes(step.left.schema), valueTypes: types(step.left.schema.value) },
        { store: step.rightStore, layout: { kind: 'keyed' }, keyTypes: keyTypes(step.right.schema), valueTypes: types(step.right.schema.value) },
      ];
    case 'foreignKeyJoin':
      return foreignKeySpecs(step);
    case 'streamSource': case 'streamFilter': case 'streamSelect': case 'streamSelectKey': case 'streamFlatMap': case 'streamGroupBy':
    case 'streamRepartition': case 'streamTableJoin': case 'tableFilter': case 'tableSelect':
    case 'tableGroupBy': case 'streamSink': case 'tableSink':
      return [];
    default:
      return assertNever(step);
  }
}

function windowLayout(step: StreamWindowedAggregate): TableLayout {
  const order = step.emitFinal ? 'time' : 'key';
  const { window } = step;
  return window.type === 'SESSION'
    ? { kind: 'session', gapMs: window.gapMs, retentionMs: window.retentionMs, order }
    : { kind: 'windowed', sizeMs: window.sizeMs, retentionMs: window.retentionMs, order };
}

function streamStreamSpecs(step: StreamStreamJoin): TableSpec[] {
  const key = keyTypes(step.schema);
  const [left, right] = [types(step.left.schema.value), types(step.right.schema.value)];
  const retentionMs = step.beforeMs + step.afterMs + step.graceMs;
  const bucketMs = Math.max(1, step.beforeMs + step.afterMs, Math.floor(retentionMs / 1024));
  const specs: TableSpec[] = [
    { store: step.leftStore, layout: { kind: 'events', side: 'left', retentionMs, bucketMs }, keyTypes: key, valueTypes: left },
    { store: step.rightStore, layout: { kind: 'events', side: 'right', retentionMs, bucketMs }, keyTypes: key, valueTypes: right },
  ];
  if (step.outerStore !== null) {
    specs.push({ store: step.outerStore, layout: { kind: 'pending', bucketMs: Math.max(1, Math.floor(retentionMs / 1024)) }, keyTypes: key, valueTypes: [...left, ...right] });
  }
  return specs;
}

function foreignKeySpecs(step: ForeignKeyJoin): TableSpec[] {
  const [left, right] = [keyTypes(step.left.schema), keyTypes(step.right.schema)];
  return [
    { store: step.leftStore, layout: { kind: 'keyed' }, keyTypes: left, valueTypes: types(step.left.schema.value) },
    { store: step.rightStore, layout: { kind: 'keyed' }, keyTypes: right, valueTypes: types(step.right.schema.value) },
    {
      store: step.subscriptionStore,
      layout: { kind: 'subscription', prefixColumns: right.length },
      keyTypes: [...right, ...left],
      valueTypes: [BYTES, INTEGER],
    },
  ];
}
