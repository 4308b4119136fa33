import type { HttpClient } from '../../src/client/index.js';
import { RequestError } from '../../src/errors/index.js';
import { parseStatement, splitStatements, substituteVariables, type Statement } from '../../src/parser/index.js';

const REFUSED: ReadonlyMap<Statement['kind'], string> = new Map([
  ['query', 'SELECT'], ['print', 'PRINT'], ['describe', 'DESCRIBE'], ['explain', 'EXPLAIN'], ['show', 'SHOW'], ['runScript', 'RUN SCRIPT'],
]);

export interface FileRun {
  readonly sql: string;
  /** Defined before the file begins. */
  readonly variables: ReadonlyMap<string, string>;
}

function failure(what: 'parse' | 'execute', text: string, error: unknown): RequestError {
  return new RequestError('BAD_REQUEST', `Failed to ${what} sql: ${text}. Error: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** Settings and variables of one file; they end with it. */
class FileSession {
  readonly variables: Map<string, string>;
  private readonly properties = new Map<string, string>();

  constructor(variables: ReadonlyMap<string, string>) {
    this.variables = new Map(variables);
  }

  parse(text: string): Statement {
    const statement = parseStatement(substituteVariables(text, this.variables));
    const refused = REFUSED.get(statement.kind);
    if (refused !== undefined) throw new RequestError('BAD_REQUEST', `'${refused}' statements are not supported.`);
    return statement;
  }

  /** Whether the statement only changes the session. */
  keeps(statement: Statement): boolean {
    if (statement.kind === 'define') this.variables.set(statement.name, statement.value);
    else if (statement.kind === 'undefine') this.variables.delete(statement.name);
    else if (statement.kind === 'set') this.properties.set(statement.name, statement.value);
    else if (statement.kind === 'unset') this.properties.delete(statement.name);
    else return false;
    return true;
  }

  get request(): { readonly properties: Readonly<Record<string, string>>; readonly variables: Readonly<Record<string, string>> } {
    return { properties: Object.fromEntries(this.properties), variables: Object.fromEntries(this.variables) };
  }
}

/** Parses everything first, then runs statement by statement. Throws RequestError with the statement that failed. */
export async function runFile({ sql, variables }: FileRun, client: HttpClient): Promise<void> {
  const statements = splitStatements(sql);
  const cut = statements.find((each) => each.incomplete !== null);
  if (cut !== undefined) throw failure('parse', cut.text, new RequestError('BAD_REQUEST', 'Missing semicolon at the end of the file'));
  const first = new FileSession(variables);
  for (const { text } of statements) {
    try {
      const statement = first.parse(text);
      if (statement.kind === 'define' || statement.kind === 'undefine') first.keeps(statement);
    } catch (error) {
      throw failure('parse', text, error);
    }
  }
  const session = new FileSession(variables);
  for (const { text } of statements) {
    const statement = session.parse(text);
    if (session.keeps(statement)) continue;
    try {
      await client.execute(text, session.request);
    } catch (error) {
      throw failure('execute', text, error);
    }
  }
}
