import { RequestError, didYouMean } from '../../errors/index.js';
import { PROPERTIES, canonicalName, findProperty, type PropertyDefinition } from './property-table.js';
import type { Settings } from './settings.js';

const CHECKS: Readonly<Record<PropertyDefinition['kind'], (text: string) => boolean>> = {
  string: () => true,
  password: () => true,
  list: () => true,
  int: (text) => /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 2147483648,
  long: (text) => /^[+-]?\d+$/.test(text),
  double: (text) => text.trim() !== '' && !Number.isNaN(Number(text)),
  boolean: (text) => /^(true|false)$/i.test(text),
};

const CHOICES: ReadonlyMap<string, readonly string[]> = new Map([
  ['auto.offset.reset', ['earliest', 'latest']],
  ['processing.guarantee', ['at_least_once', 'exactly_once_v2', 'exactly_once', 'exactly_once_beta']],
]);

/** Lists that narrow what a request may set, from the server's settings. */
export interface OverrideLimits {
  readonly denied: ReadonlySet<string>;
  /** null: everything that is not denied. */
  readonly allowed: ReadonlySet<string> | null;
}

export function overrideLimits(settings: Settings): OverrideLimits {
  return {
    denied: new Set(settings.list('ksql.properties.overrides.denylist')),
    allowed: settings.text('ksql.properties.overrides.validation.mode') === 'allowlist' ? new Set(settings.list('ksql.properties.overrides.allowlist')) : null,
  };
}

function isListed(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name) || names.has(canonicalName(name));
}

/** Whether the server's lists let a request set this name, as `/is_valid_property` tells; that nobody knows the name does not count. */
export function isAdmitted(name: string, { denied, allowed }: OverrideLimits): boolean {
  return !isListed(name, denied) && (allowed === null || isListed(name, allowed));
}

function refuse(message: string, hint?: string): never {
  throw new RequestError('BAD_REQUEST', message, { hint });
}

/** Checks that a request may set (or unset) a property and returns its canonical name. Throws RequestError. */
export function settableName(name: string, limits: OverrideLimits): string {
  const canonical = canonicalName(name);
  const definition = findProperty(name);
  if (definition === null) {
    refuse(`Not recognizable as ksql, streams, consumer, or producer property: '${name}'`, didYouMean(name, [...PROPERTIES.keys()]) ?? undefined);
  }
  if (!definition.settable) refuse(`Cannot override property '${name}'`, "This setting belongs in the server's configuration.");
  if (isListed(name, limits.denied)) refuse(`One or more properties overrides set locally are prohibited by the KSQL server denylist: [${name}]`);
  if (limits.allowed !== null && !isListed(name, limits.allowed)) {
    refuse(`One or more properties overrides set locally are prohibited by the KSQL server allowlist: [${name}]`);
  }
  return canonical;
}

/** Checks one property given by SET or a request and returns its canonical name. Throws RequestError. */
export function checkOverride(name: string, value: string, limits: OverrideLimits): string {
  const canonical = settableName(name, limits);
  const kind = findProperty(name)?.kind ?? 'string';
  const choices = CHOICES.get(canonical);
  if (!CHECKS[kind](value) || (choices !== undefined && !choices.includes(value.toLowerCase()))) {
    refuse(`Invalid value ${value} for configuration ${canonical}`, choices === undefined ? `A value of type ${kind} is expected.` : `One of: ${choices.join(', ')}.`);
  }
  return canonical;
}

/** The values that a property may have, where there are few. */
export function choicesOf(name: string): readonly string[] {
  const definition = findProperty(name);
  if (definition?.kind === 'boolean') return ['true', 'false'];
  return CHOICES.get(canonicalName(definition?.name ?? name)) ?? [];
}
