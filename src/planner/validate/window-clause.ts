import { PlanError } from '../../errors/index.js';
import { at } from '../bind/located.js';
import { flag } from '../settings.js';
import type { Rule } from './checked-query.js';

/** WINDOW belongs to GROUP BY on a stream, with a size above zero. */
export const windowClause: Rule = ({ analysis, aggregates, readsTable }) => {
  const { window, groupBy } = analysis;
  if (window === null) return null;
  if (groupBy === null && aggregates.length === 0) {
    return new PlanError(`${at(window.span)}WINDOW clause requires a GROUP BY clause.`, { span: window.span, hint: 'Add GROUP BY, or leave WINDOW out.' });
  }
  if (readsTable) return new PlanError('WINDOW clause is only supported for stream sources.', { span: window.span, hint: 'Read a stream, or leave WINDOW out.' });
  if (window.size.ms <= 0) return new PlanError('Size must be positive', { span: window.size.span, hint: 'Write a size above 0.' });
  if (window.advance !== null && window.advance.ms <= 0) return new PlanError('Advance must be positive', { span: window.advance.span, hint: 'Write an advance above 0.' });
  if (window.advance !== null && window.advance.ms > window.size.ms) {
    return new PlanError('Advance must not be larger than the size of the window', { span: window.advance.span, hint: 'Write an advance up to the size.' });
  }
  return null;
};

/** EMIT FINAL gives a window's result when it closes, so there must be windows. */
export const emitFinal: Rule = ({ analysis }, context) => {
  if (!analysis.emitFinal) return null;
  if (!flag(context, 'ksql.suppress.enabled', true)) {
    return new PlanError('Suppression is currently disabled. You can enable it by setting ksql.suppress.enabled to true', { hint: 'Set ksql.suppress.enabled=true on the server.' });
  }
  return analysis.window === null ? new PlanError('EMIT FINAL is only supported for windowed aggregations.', { hint: 'Add WINDOW and GROUP BY, or write EMIT CHANGES.' }) : null;
};
