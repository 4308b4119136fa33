import { PlanError } from '../../errors/index.js';
import { at } from '../bind/located.js';
import { flag } from '../settings.js';
import type { Rule } from './checked-query.js';

/** WINDOW belongs to GROUP BY on a stream, with a size above zero. */
export const windowClause: Rule = ({ analysis, aggregates, readsTable }) => {
  const { window, groupBy } = analysis;
  if (window === null) return null;
  if (groupBy === null && aggregates.length === 0) {
    return new PlanError(`${at(window.span)}WINDOW clause requires a GROUP BY clause.`, { span: window.span });
  }
  if (readsTable) return new PlanError('WINDOW clause is only supported for stream sources.', { span: window.span });
  if (window.size.ms <= 0) return new PlanError('Size must be positive', { span: window.size.span });
  if (window.advance !== null && window.advance.ms <= 0) return new PlanError('Advance must be positive', { span: window.advance.span });
  if (window.advance !== null && window.advance.ms > window.size.ms) {
    return new PlanError('Advance must not be larger than the size of the window', { span: window.advance.span });
  }
  return null;
};

/** EMIT FINAL gives a window's result when it closes, so there must be windows. */
export const emitFinal: Rule = ({ analysis }, context) => {
  if (!analysis.emitFinal) return null;
  if (!flag(context, 'ksql.suppress.enabled', true)) {
    return new PlanError('Suppression is currently disabled. You can enable it by setting ksql.suppress.enabled to true');
  }
  return analysis.window === null ? new PlanError('EMIT FINAL is only supported for windowed aggregations.') : null;
};
