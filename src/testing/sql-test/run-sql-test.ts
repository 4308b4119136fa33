import { openLocal, type FunctionEntry, type LocalEngine } from '../../engine/index.js';
import { MillraceError, RequestError } from '../../errors/index.js';
import {
  parseScript, splitStatements, type AssertNullValues, type AssertSource, type AssertValues, type CreateSource, type Statement,
} from '../../parser/index.js';
import { formatType, valuesEqual, valueToText, type Column, type SqlValue } from '../../types/index.js';
import { sourceDifference } from './compare-source.js';
import type { SqlTest } from './read-sql-tests.js';
import { TopicRecords, type ReadRecord } from './topic-records.js';

/** An ASSERT did not hold. */
export class TestAssertionError extends RequestError {
  constructor(message: string) {
    super('ASSERT_FAILED', message);
  }
}

export interface SqlTestOptions {
  readonly properties?: Readonly<Record<string, string>>;
  readonly functions?: readonly FunctionEntry[];
  /** Text of a script that RUN SCRIPT names. */
  readonly readScript: (path: string) => string;
}

// A query sees what is written after it was created: in a test, statements and records come one after the other.
const BASE = { 'auto.offset.reset': 'latest', 'cache.max.bytes.buffering': '0', 'millrace.commit.spacing': '0' };

/** A script that runs itself ends here. */
const MAX_SCRIPT_DEPTH = 16;

function shown(column: Column, value: SqlValue): string {
  return value === null ? 'null' : valueToText(column.type)(value);
}

/** One test script against an engine of its own. */
class ScriptRun {
  private readonly topics = new Map<string, TopicRecords>();
  private readonly properties = new Map<string, string>();
  private readonly variables = new Map<string, string>();
  private depth = 0;

  constructor(
    private readonly local: LocalEngine,
    private readonly options: SqlTestOptions,
  ) {}

  /** Runs statements in order. Throws the error of the first that fails. */
  async run(sql: string): Promise<void> {
    for (const { text } of splitStatements(sql)) {
      try {
        for (const { statement } of parseScript(text, { tests: true })) await this.statement(statement, text);
      } catch (error) {
        if (error instanceof MillraceError) error.statementText ??= text;
        throw error;
      }
    }
  }

  private async statement(statement: Statement, text: string): Promise<void> {
    switch (statement.kind) {
      case 'assertValues':
        return this.assertValues(statement);
      case 'assertNullValues':
        return this.assertTombstone(statement);
      case 'assertSource':
        return this.assertSource(statement);
      case 'runScript':
        return this.runScript(statement.path);
      default:
        if (statement.kind === 'createSource') await this.ensureTopic(statement);
        await this.local.engine.execute(text, { properties: Object.fromEntries(this.properties), variables: Object.fromEntries(this.variables) });
        await this.local.engine.whenIdle();
        this.remember(statement);
    }
  }

  private async runScript(path: string): Promise<void> {
    if (this.depth >= MAX_SCRIPT_DEPTH) throw new RequestError('BAD_REQUEST', `Scripts run each other more than ${MAX_SCRIPT_DEPTH} deep: ${path}`);
    this.depth += 1;
    try {
      await this.run(this.options.readScript(path));
    } finally {
      this.depth -= 1;
    }
  }

  private remember(statement: Statement): void {
    if (statement.kind === 'set') this.properties.set(statement.name, statement.value);
    if (statement.kind === 'unset') this.properties.delete(statement.name);
    if (statement.kind === 'define') this.variables.set(statement.name, statement.value);
    if (statement.kind === 'undefine') this.variables.delete(statement.name);
  }

  // Scripts need not say that their topics are new.
  private async ensureTopic(statement: CreateSource): Promise<void> {
    const property = (name: string): string | null => {
      const value = statement.properties.find((each) => each.name === name)?.value;
      return value?.kind === 'string' || value?.kind === 'integer' ? String(value.value) : null;
    };
    const topic = property('KAFKA_TOPIC');
    if (topic === null || (await this.local.broker.admin.describeTopic(topic)) !== null) return;
    await this.local.broker.admin.createTopic({ name: topic, partitions: Number(property('PARTITIONS') ?? 1) });
  }

  private async assertSource(statement: AssertSource): Promise<void> {
    const { checks } = this.local;
    const difference = sourceDifference(checks.source(statement.name), await checks.expectedSource(statement));
    if (difference !== null) throw new TestAssertionError(difference);
  }

  private async next(name: string): Promise<ReadRecord | null> {
    const source = this.local.checks.source(name);
    const topic = this.topics.get(source.topic) ?? new TopicRecords(this.local.broker, this.local.schemas, source.topic);
    this.topics.set(source.topic, topic);
    return topic.next(source);
  }

  private async assertValues(statement: AssertValues): Promise<void> {
    const expected = await this.local.checks.expectedValues(statement);
    const record = await this.next(statement.source);
    if (record?.values === undefined || record.values === null) {
      throw new TestAssertionError(`Expected record does not match actual. ${record === null ? 'There are no more records' : 'The record is a tombstone'}.`);
    }
    this.compare(expected, record, (name) => (name === 'ROWTIME' ? record.timestamp : (record.values?.get(name) ?? record.key.get(name) ?? null)));
  }

  private async assertTombstone(statement: AssertNullValues): Promise<void> {
    const expected = await this.local.checks.expectedValues(statement);
    const record = await this.next(statement.source);
    if (record === null || record.values !== null) {
      throw new TestAssertionError(`Expected record does not match actual. ${record === null ? 'There are no more records' : 'The record is no tombstone'}.`);
    }
    this.compare(expected, record, (name) => record.key.get(name) ?? null);
  }

  private compare(expected: readonly { readonly column: Column; readonly value: SqlValue }[], record: ReadRecord, valueOf: (name: string) => SqlValue): void {
    const different = expected.find(({ column, value }) => {
      const actual = valueOf(column.name);
      return value === null || actual === null ? value !== actual : !valuesEqual(column.type, actual, value);
    });
    if (different === undefined) return;
    const { column, value } = different;
    throw new TestAssertionError(
      `Expected record does not match actual. Column ${column.name} (${formatType(column.type)}): expected ${shown(column, value)}, got ${shown(column, valueOf(column.name))}; timestamp ${record.timestamp}.`,
    );
  }
}

function matches(error: MillraceError, wanted: NonNullable<SqlTest['expectedError']>): boolean {
  const text = `${error.message}\nStatement: ${error.statementText ?? ''}`;
  if (wanted.className === 'java.lang.AssertionError' && !(error instanceof TestAssertionError)) return false;
  return wanted.message === null || text.includes(wanted.message);
}

/** Runs one test. Null: it holds; else why not. */
export async function runSqlTest(test: SqlTest, options: SqlTestOptions): Promise<string | null> {
  const local = await openLocal({
    storage: { memory: true },
    version: 'test',
    properties: { ...BASE, ...options.properties },
    ...(options.functions === undefined ? {} : { functions: options.functions }),
    tests: true,
  });
  try {
    await new ScriptRun(local, options).run(test.sql);
    return test.expectedError === null ? null : `An error was expected: ${test.expectedError.message ?? test.expectedError.className ?? ''}`;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const statement = error.statementText === undefined ? '' : `\n  in: ${error.statementText}`;
    if (test.expectedError === null) return `${error.message}${statement}`;
    return matches(error, test.expectedError) ? null : `Another error was expected: ${test.expectedError.message ?? ''}\n  got: ${error.message}${statement}`;
  } finally {
    await local.engine.close();
  }
}
