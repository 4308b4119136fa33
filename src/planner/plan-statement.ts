import type { Statement } from '../parser/index.js';
import { PlanError } from '../errors/index.js';
import type { PlannerContext } from './context.js';
import type { PlannedStatement } from './planned-statement.js';

/** A parsed statement with the text it came from. */
export interface StatementInput {
  readonly statement: Statement;
  readonly text: string;
}

/** Plans one statement that changes the catalog or writes a record. Throws StatementError; nothing has changed then. */
export function planStatement(input: StatementInput, context: PlannerContext): PlannedStatement {
  throw new PlanError(`No plan for ${input.statement.kind} with ${String(context.nextQueryNumber)}`);
}
