import type { FormatInfo } from '../../plan/index.js';
import type { Column } from '../../types/index.js';
import { withKeyFeatures } from '../bind/formats.js';
import type { PlannerContext } from '../context.js';
import { text } from '../settings.js';

/**
 * The format in which a new key travels inside a query: the given one; JSON where KAFKA or DELIMITED cannot hold the key.
 * NONE becomes the configured default first. The sink still uses its own format, and may refuse.
 */
export function internalKeyFormat(format: FormatInfo, key: readonly Column[], context: PlannerContext): FormatInfo {
  const named = format.name === 'NONE' ? defaultFormat(context) : format;
  const held = holds(named, key, context) ? named : { name: 'JSON' as const, properties: {}, features: [] };
  return withKeyFeatures(held, key, context);
}

function defaultFormat(context: PlannerContext): FormatInfo {
  const name = text(context, 'ksql.persistence.default.format.key') ?? 'KAFKA';
  return { name: context.formats.find(name)?.name ?? 'KAFKA', properties: {}, features: [] };
}

function holds(format: FormatInfo, key: readonly Column[], context: PlannerContext): boolean {
  if (format.name === 'NONE') return false;
  if (format.name !== 'KAFKA' && format.name !== 'DELIMITED') return true;
  if (format.name === 'DELIMITED' && key.some((column) => column.type.kind === 'DECIMAL')) return false;
  return context.formats.reasonAgainst(format, key, true) === null;
}

export function sameFormat(a: FormatInfo, b: FormatInfo): boolean {
  const properties = (format: FormatInfo): string => JSON.stringify(Object.entries(format.properties).sort(([x], [y]) => (x < y ? -1 : 1)));
  return a.name === b.name && properties(a) === properties(b) && a.features.join() === b.features.join();
}

/** Formats whose bytes name a registered schema: equal keys of two topics then differ in bytes. */
export function isRegistryFormat(format: FormatInfo, context: PlannerContext): boolean {
  return context.formats.find(format.name)?.supportsSchemaInference === true;
}
