import { assertNever } from '../../errors/index.js';
import type { StreamStep, TableStep } from '../../plan/index.js';
import type { RowSchema } from '../../types/index.js';

/** Steps that are compiled into segments. */
export type StatelessStep = Extract<
  StreamStep | TableStep,
  { kind: 'streamFilter' | 'streamSelect' | 'streamSelectKey' | 'streamGroupBy' | 'tableFilter' | 'tableSelect' }
>;

export function isStateless(step: StreamStep | TableStep): step is StatelessStep {
  switch (step.kind) {
    case 'streamFilter': case 'streamSelect': case 'streamSelectKey': case 'streamGroupBy': case 'tableFilter': case 'tableSelect':
      return true;
    default:
      return false;
  }
}

/** A run of stateless steps, in the order in which a row passes them, and what it starts from. */
export interface Chain {
  readonly base: StreamStep | TableStep;
  readonly steps: readonly StatelessStep[];
}

export function chainBelow(step: StreamStep | TableStep): Chain {
  const steps: StatelessStep[] = [];
  let base = step;
  while (isStateless(base)) {
    steps.unshift(base);
    base = base.source;
  }
  return { base, steps };
}

/** Positions of columns that are read. */
export interface ColumnUse {
  readonly key: Set<number>;
  readonly value: Set<number>;
}

/** Which value columns the receiver of a segment looks at; null: all. */
export type ValueNeed = ReadonlySet<number> | null;

/** Columns of the chain's input that some step or the receiver reads. */
export function requiredColumns(input: RowSchema, steps: readonly StatelessStep[], need: ValueNeed, needsKey: boolean): ColumnUse {
  const last = steps.at(-1)?.schema ?? input;
  let value = need === null ? all(last.value.length) : new Set(need);
  let key = needsKey ? all(keyWidth(last)) : new Set<number>();
  for (const step of [...steps].reverse()) {
    switch (step.kind) {
      case 'streamFilter':
      case 'tableFilter':
        collectColumns(step.predicate, { key, value });
        break;
      case 'streamSelect':
      case 'tableSelect':
        value = new Set();
        for (const expression of step.expressions) collectColumns(expression, { key, value });
        break;
      case 'streamSelectKey':
      case 'streamGroupBy':
        key = new Set();
        for (const expression of step.expressions) collectColumns(expression, { key, value });
        break;
      default:
        assertNever(step);
    }
  }
  return { key, value };
}

export function keyWidth(schema: RowSchema): number {
  return schema.key.length + (schema.window === null ? 0 : 2);
}

function all(count: number): Set<number> {
  return new Set(Array.from({ length: count }, (_, index) => index));
}

/** Adds every column node below an expression. Expressions are plain data, so the walk needs no knowledge of their kinds. */
export function collectColumns(node: unknown, use: ColumnUse): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node as readonly unknown[]) collectColumns(item, use);
    return;
  }
  const index: unknown = Reflect.get(node, 'index');
  if (Reflect.get(node, 'kind') === 'column' && typeof index === 'number') {
    use[Reflect.get(node, 'side') === 'key' ? 'key' : 'value'].add(index);
    return;
  }
  for (const child of Object.values(node)) collectColumns(child, use);
}
