import type { PlannerContext } from './context.js';

/** Reads settings by their ksqlDB names. Values were checked when they were set. */
export function flag(context: Pick<PlannerContext, 'properties'>, name: string, otherwise: boolean): boolean {
  const value = context.properties.get(name);
  return value === undefined ? otherwise : value.trim().toLowerCase() === 'true';
}

export function text(context: Pick<PlannerContext, 'properties'>, name: string): string | null {
  const value = context.properties.get(name);
  return value === undefined || value.trim() === '' ? null : value;
}
