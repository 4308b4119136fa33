import type { FunctionContext } from '../entry.js';

/** How many values a collecting aggregate keeps: the property when it is a number ≥ 0, else no limit. */
export function collectionLimit(context: FunctionContext, property: string): number {
  const text = context.property(property);
  const limit = text === null || text.trim() === '' ? -1 : Number(text);
  return Number.isInteger(limit) && limit >= 0 ? limit : Number.POSITIVE_INFINITY;
}
