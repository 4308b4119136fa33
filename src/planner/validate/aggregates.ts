import { PlanError } from '../../errors/index.js';
import { printExpression, type Expression, type FunctionCall } from '../../parser/index.js';
import { WINDOW_BOUNDS } from '../../types/index.js';
import { callsOf } from '../bind/calls.js';
import { listText } from '../bind/schema-text.js';
import { shownText } from '../bind/shown.js';
import { walkExpression } from '../bind/walk-expression.js';
import type { Rule } from './checked-query.js';

/** An aggregate's argument is one value of a row, so it cannot contain an aggregate. */
export const nestedAggregates: Rule = ({ aggregates }, context) => {
  for (const call of aggregates) {
    const inner = call.arguments.flatMap((argument) => callsOf(argument, 'aggregate', context.functions))[0];
    if (inner !== undefined) {
      return new PlanError(`Aggregate functions can not be nested: ${call.name}(${inner.name}())`, { span: inner.span, hint: 'Compute the inner aggregate in a query of its own.' });
    }
  }
  return null;
};

/** GROUP BY groups by values of rows, once each, and needs something to aggregate. */
export const groupingExpressions: Rule = ({ analysis, aggregates }, context) => {
  const { groupBy } = analysis;
  if (groupBy === null) return null;
  if (groupBy.length === 0) return new PlanError('GROUP BY requires at least one expression.', { hint: 'Write a column or an expression after GROUP BY.' });
  const aggregate = groupBy.flatMap((expression) => callsOf(expression, 'aggregate', context.functions))[0];
  if (aggregate !== undefined) {
    return new PlanError(`GROUP BY does not support aggregate functions: ${aggregate.name} is an aggregate function.`, { span: aggregate.span, hint: 'Put conditions on aggregates into HAVING.' });
  }
  const texts = groupBy.map(printExpression);
  const repeated = groupBy.find((_, index) => texts.indexOf(texts[index] ?? '') !== index);
  if (repeated !== undefined) return new PlanError(`Duplicate GROUP BY expression: ${printExpression(repeated)}`, { span: repeated.span, hint: 'Write it once.' });
  if (aggregates.length === 0) {
    return new PlanError('GROUP BY requires aggregate functions in either the SELECT or HAVING clause.', {
      hint: 'For the distinct values of a column, add COUNT(*).',
    });
  }
  return null;
};

/** The bounds of a window are known when it has been grouped: in SELECT only, and not inside aggregates. */
export const windowBounds: Rule = ({ analysis, aggregates }) => {
  if (analysis.window === null) return null;
  const places = [...(analysis.groupBy ?? []), ...aggregates, ...(analysis.having === null ? [] : [analysis.having])];
  for (const place of places) {
    const bound = boundIn(place);
    if (bound !== null) {
      return new PlanError(
        `Window bounds column ${bound} can only be used in the SELECT clause of windowed aggregations and can not be passed to aggregate functions.\n` +
          'See https://github.com/confluentinc/ksql/issues/4397',
        { span: place.span, hint: 'Select the bound beside the aggregates.' });
    }
  }
  return null;
};

/** Bounds of a windowed source are part of its key and do not reach an aggregation. */
export const sourceBounds: Rule = ({ analysis, aggregates }) => {
  if (analysis.window !== null) return null;
  for (const call of aggregates) {
    const bound = boundIn(call);
    if (bound !== null) return new PlanError(`Unknown column ${bound}.`, { span: call.span, hint: 'WINDOWSTART and WINDOWEND are there in queries with WINDOW, and in windowed sources.' });
  }
  return null;
};

function boundIn(expression: Expression): string | null {
  let found: string | null = null;
  walkExpression(expression, (part) => {
    if (part.kind === 'column' && WINDOW_BOUNDS.some((bound) => bound === part.name)) found ??= part.name;
  });
  return found;
}

/** What is selected beside aggregates must have one value per group. */
export const ungroupedColumns: Rule = ({ analysis, aggregates, items }) => {
  if (aggregates.length === 0) return null;
  const grouped = new Set((analysis.groupBy ?? []).map(printExpression));
  const calls = new Set(aggregates.map(printExpression));
  const isUngrouped = (expression: Expression): boolean => {
    let ungrouped = false;
    walkExpression(expression, (part) => {
      const text = printExpression(part);
      if (grouped.has(text) || calls.has(text)) return false;
      const isBound = analysis.window !== null && part.kind === 'column' && WINDOW_BOUNDS.some((bound) => bound === part.name);
      if (part.kind === 'column' && !isBound) ungrouped = true;
      return true;
    });
    return ungrouped;
  };
  const wrong = items.filter((item) => isUngrouped(item.expression)).map((item) => shownText(item.expression, analysis.isJoin));
  if (wrong.length > 0) {
    return new PlanError(
      `Non-aggregate SELECT expression(s) not part of GROUP BY: ${[...new Set(wrong)].join(', ')}\n` +
        'Either add the column(s) to the GROUP BY or remove them from the SELECT.', { hint: 'Add them to GROUP BY, or put an aggregate such as LATEST_BY_OFFSET around them.' });
  }
  if (analysis.having !== null && isUngrouped(analysis.having)) {
    return new PlanError(
      `Non-aggregate HAVING expression not part of GROUP BY: ${shownText(analysis.having, analysis.isJoin)}\n` +
        'Consider switching the HAVING clause to a WHERE clause.', { hint: 'Put the condition into WHERE.' });
  }
  return null;
};

/** A table of groups needs its key; only queries of a client may aggregate everything into one row. */
export const aggregatesWithoutGrouping: Rule = ({ analysis, aggregates, sink }) => {
  const [first] = aggregates;
  if (first === undefined || analysis.groupBy !== null || sink === null) return null;
  return new PlanError(
    `CREATE TABLE AS SELECT statement does not support aggregate function [${shownCall(first, analysis.isJoin)}] without a GROUP BY clause.`,
    { span: first.span, hint: 'Add a GROUP BY clause.' },
  );
};

/** COUNT(*) counts record times in ksqlDB, and is shown so. */
function shownCall(call: FunctionCall, isJoin: boolean): string {
  return call.arguments.length === 0 ? `${call.name}(ROWTIME)` : shownText(call, isJoin);
}

/** Rows of a table change and go: an aggregate must be able to take a row back. */
export const undoableAggregates: Rule = ({ aggregates, readsTable }, context) => {
  if (!readsTable) return null;
  const names = aggregates
    .map((call) => call.name.toUpperCase())
    .filter((name) => {
      const entry = context.functions.find(name);
      return entry?.kind === 'aggregate' && !entry.variants.some((variant) => variant.undoable);
    });
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return null;
  const subject = distinct.length === 1 ? 'The aggregation function' : 'The aggregation functions';
  return new PlanError(`${subject} ${listText(distinct, 'and')} cannot be applied to a table source, only to a stream source.`, { hint: 'SHOW FUNCTIONS tells which aggregates take back rows: COUNT, SUM and AVG do.' });
};
