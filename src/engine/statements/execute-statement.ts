import type { Entity } from '../../api/index.js';
import { RequestError } from '../../errors/index.js';
import type { StatementKind } from './statement-kind.js';
import type { RequestStatement } from '../request.js';
import { assertSchema } from './assert-schema.js';
import { assertTopic } from './assert-topic.js';
import { alterSystem } from './alter-system.js';
import { connectorStatement } from './connectors.js';
import { describe } from './describe.js';
import { explain } from './explain.js';
import type { StatementServices } from './services.js';
import { show } from './show.js';

export type { StatementServices } from './services.js';

const ON_QUERY_ENDPOINT: ReadonlySet<StatementKind> = new Set(['query', 'print']);

/** Statements that answer from what is there, or act outside the catalog. Null: the statement has no answer. */
export async function executeStatement(from: RequestStatement, services: StatementServices): Promise<Entity | null> {
  const { statement } = from;
  switch (statement.kind) {
    case 'set':
    case 'unset':
    case 'define':
    case 'undefine':
      return null;
    case 'show':
      return show(statement, from, services);
    case 'describe':
      return describe(statement, from, services);
    case 'explain':
      return explain(statement, from, services);
    case 'assertTopic':
      return assertTopic(statement, from, services);
    case 'assertSchema':
      return assertSchema(statement, from, services);
    case 'createConnector':
    case 'dropConnector':
      return connectorStatement(statement, from, services);
    case 'alterSystem':
      return alterSystem(statement, services);
    default:
      if (ON_QUERY_ENDPOINT.has(statement.kind)) {
        throw new RequestError('QUERY_ON_STATEMENT_ENDPOINT', 'SELECT and PRINT queries must use the /query endpoint', { hint: 'Send the query to /query or /query-stream.' });
      }
      throw new RequestError('BAD_REQUEST', `Do not know how to execute statement: ${from.text}`, { hint: 'Statements of test scripts run under `millrace test`.' });
  }
}
