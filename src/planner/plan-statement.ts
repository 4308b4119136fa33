import type { Statement } from '../parser/index.js';
import { PlanError } from '../errors/index.js';
import type { PlannerContext } from './context.js';
import type { PlannedStatement } from './planned-statement.js';
import { planAlterSource } from './statements/alter-source.js';
import { planCreateAsSelect } from './statements/create-as-select.js';
import { planCreateSource } from './statements/create-source.js';
import { planDropSource } from './statements/drop-source.js';
import { planInsertSelect } from './statements/insert-select.js';
import { planInsertValues } from './statements/insert-values.js';
import { planQueryControl } from './statements/query-control.js';
import { planCreateType, planDropType } from './statements/types.js';

/** A parsed statement with the text it came from. */
export interface StatementInput {
  readonly statement: Statement;
  readonly text: string;
}

/** Plans one statement that changes the catalog or writes a record. Throws StatementError; nothing has changed then. */
export function planStatement({ statement }: StatementInput, context: PlannerContext): PlannedStatement {
  switch (statement.kind) {
    case 'createSource':
      return planCreateSource(statement, context);
    case 'createAsSelect':
      return planCreateAsSelect(statement, context);
    case 'insertSelect':
      return planInsertSelect(statement, context);
    case 'insertValues':
      return planInsertValues(statement, context);
    case 'dropSource':
      return planDropSource(statement, context);
    case 'alterSource':
      return planAlterSource(statement, context);
    case 'createType':
      return planCreateType(statement, context);
    case 'dropType':
      return planDropType(statement, context);
    case 'queryControl':
      return planQueryControl(statement, context);
    default:
      throw new PlanError(`A ${statement.kind} statement changes nothing that could be planned.`, { span: statement.span, hint: 'Send it to /ksql, where it is answered.' });
  }
}
