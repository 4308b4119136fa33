import { RequestError } from '../../errors/index.js';
import type { BoundExpression } from '../../expr/index.js';
import type { ConstantSource } from '../../planner/index.js';
import type { SqlValue } from '../../types/index.js';
import type { Evaluator } from './evaluator.js';
import { needsThread, type Placement } from './placement.js';

/** Planning met a constant that another thread has to evaluate: `Constants.load` has it done, then the caller plans again. */
class ConstantWanted extends RequestError {
  constructor(
    readonly text: string,
    readonly expression: BoundExpression,
  ) {
    super('NOT_READY', 'A value is still being evaluated');
  }
}

type Known = { readonly value: SqlValue } | { readonly error: unknown };

/** Values of the constants of one request whose functions run in threads of their own. */
export class Constants implements ConstantSource {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly placement: Placement,
    private readonly evaluator: Evaluator,
  ) {}

  valueOf(expression: BoundExpression): { readonly value: SqlValue } | null {
    if (!needsThread(expression, this.placement)) return null;
    const text = JSON.stringify(expression);
    const known = this.known.get(text);
    if (known === undefined) throw new ConstantWanted(text, expression);
    if ('error' in known) throw known.error;
    return known;
  }

  /** Evaluates what an error says; false: it says something else. Rejects where the function does not come back. */
  async load(error: unknown): Promise<boolean> {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (!(cause instanceof ConstantWanted)) continue;
      this.known.set(cause.text, await this.evaluate(cause.expression));
      return true;
    }
    return false;
  }

  private async evaluate(expression: BoundExpression): Promise<Known> {
    try {
      const [row] = await this.evaluator.evaluate({ filter: null, output: [expression], keyColumns: 0, rows: [[]], failures: 'refuse' });
      return { value: row?.[0] ?? null };
    } catch (error) {
      if (error instanceof RequestError && error.code !== 'RECORD') throw error;
      return { error };
    }
  }
}
