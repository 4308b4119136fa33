import type { Source } from '../catalog/index.js';
import { BindError, didYouMean } from '../errors/index.js';
import type { AssertNullValues, AssertSource, AssertValues } from '../parser/index.js';
import { assertedValues, planStatement, type AssertedValue, type PlannerContext } from '../planner/index.js';

/** What the ASSERT statements of test scripts expect, in the terms of the catalog. */
export interface ScriptChecks {
  source(name: string): Source;
  /** The source as it is declared in the statement, wherever it really came from. */
  expectedSource(statement: AssertSource): Promise<Source>;
  expectedValues(statement: AssertValues | AssertNullValues): Promise<readonly AssertedValue[]>;
}

/** `planWith`: what planning sees now, repeated while schemas are being fetched. */
export function scriptChecks(sources: () => ReadonlyMap<string, Source>, planWith: <T>(plan: (context: PlannerContext) => T) => Promise<T>): ScriptChecks {
  const find = (name: string): Source => {
    const source = sources().get(name);
    if (source === undefined) throw new BindError(`${name} does not exist.`, { hint: didYouMean(name, [...sources().keys()]) ?? 'SHOW STREAMS and SHOW TABLES list the sources.' });
    return source;
  };
  return {
    source: find,
    expectedSource: (statement) =>
      planWith((context) => {
        find(statement.name);
        const others = new Map([...context.catalog.sources].filter(([name]) => name !== statement.name));
        const { sourceKind, name, columns, properties, span } = statement;
        const declaration = { kind: 'createSource', sourceKind, name, columns, properties, span, orReplace: false, ifNotExists: false, readOnly: false } as const;
        const planned = planStatement({ statement: declaration, text: '' }, { ...context, catalog: { ...context.catalog, sources: others } });
        const change = planned.kind === 'change' ? planned.changes.find((each) => each.kind === 'putSource') : undefined;
        if (change?.kind !== 'putSource') throw new BindError(`${statement.name} cannot be declared like this`, { hint: 'Declare it with CREATE STREAM or CREATE TABLE before the assertion.' });
        return change.source;
      }),
    expectedValues: (statement) =>
      planWith((context) => assertedValues(find(statement.source), statement.columns, statement.kind === 'assertValues' ? statement.values : statement.key, context)),
  };
}
