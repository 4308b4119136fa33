import type { PlannerContext } from '../context.js';
import { aggregatesWithoutGrouping, groupingExpressions, nestedAggregates, sourceBounds, undoableAggregates, ungroupedColumns, windowBounds } from './aggregates.js';
import type { CheckedQuery, Rule } from './checked-query.js';
import { kafkaValues } from './kafka-values.js';
import { knownFunctions } from './known-functions.js';
import { partitionBy } from './partition-by.js';
import { tableFunctions } from './table-functions.js';
import { emitFinal, windowClause } from './window-clause.js';
import { windowedTables } from './windowed-tables.js';

/**
 * What a query must hold, in the order in which ksqlDB looks: a statement with two faults reports the same one. Each line says
 * why it stands where it does.
 */
const RULES: readonly Rule[] = [
  windowedTables, // whatever the query does with them
  kafkaValues, // before looking into groupings and conditions
  windowClause, // sizes before what is grouped into them
  knownFunctions, // what is no function is no aggregate either
  nestedAggregates, // before arguments are looked at one by one
  tableFunctions, // nothing below expects one beside aggregates
  groupingExpressions, // the grouping itself, before what is selected by it
  windowBounds, // a bound is no column, so it would be reported as ungrouped
  sourceBounds, // likewise
  ungroupedColumns, // also without GROUP BY: names the column, which helps more than the next rule
  aggregatesWithoutGrouping,
  undoableAggregates, // the shape is right; now whether the functions can do it
  partitionBy,
  emitFinal, // last: it depends on the window being a valid one
];

/** Throws the first fault of a query. */
export function checkQuery(query: CheckedQuery, context: PlannerContext): void {
  for (const rule of RULES) {
    const error = rule(query, context);
    if (error !== null) throw error;
  }
}
