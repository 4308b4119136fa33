import { isSecretName, maskInside } from '../../parser/index.js';
import { PROPERTIES, canonicalName, findProperty, STREAMS_PREFIX } from './property-table.js';

/**
 * Effective settings: the server's, with a request's overrides above them. Names are canonical (no `ksql.streams.`).
 * Where a name is given both with and without the prefix, the prefixed one wins.
 */
export class Settings {
  private constructor(
    private readonly server: ReadonlyMap<string, string>,
    readonly overrides: ReadonlyMap<string, string>,
  ) {}

  static ofServer(properties: Iterable<readonly [string, string]>): Settings {
    const entries = [...properties];
    const server = new Map(entries.filter(([name]) => !name.startsWith(STREAMS_PREFIX)));
    for (const [name, value] of entries) if (name.startsWith(STREAMS_PREFIX)) server.set(canonicalName(name), value);
    return new Settings(server, new Map());
  }

  /** The same server settings under other overrides (canonical names). */
  withOverrides(overrides: ReadonlyMap<string, string>): Settings {
    return new Settings(this.server, overrides);
  }

  text(name: string): string | null {
    const canonical = canonicalName(name);
    return this.overrides.get(canonical) ?? this.server.get(canonical) ?? PROPERTIES.get(canonical)?.default ?? null;
  }

  /** Whether the name was given by anybody, default aside. */
  isGiven(name: string): boolean {
    const canonical = canonicalName(name);
    return this.overrides.has(canonical) || this.server.has(canonical);
  }

  number(name: string): number {
    return Number(this.text(name) ?? Number.NaN);
  }

  flag(name: string): boolean {
    return (this.text(name) ?? '').toLowerCase() === 'true';
  }

  list(name: string): readonly string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** Everything in force, defaults included: what a planner sees. */
  effective(): ReadonlyMap<string, string> {
    const all = new Map<string, string>();
    for (const definition of PROPERTIES.values()) if (definition.default !== null) all.set(definition.name, definition.default);
    for (const [name, value] of this.server) all.set(name, value);
    for (const [name, value] of this.overrides) all.set(name, value);
    return all;
  }

  /** Where the value of a name comes from. */
  origin(name: string): 'request' | 'server' | 'default' {
    const canonical = canonicalName(name);
    if (this.overrides.has(canonical)) return 'request';
    return this.server.has(canonical) ? 'server' : 'default';
  }

  serverNames(): readonly string[] {
    return [...this.server.keys()];
  }
}

/** A value as it may be shown: secrets are hidden, by the kind of the setting, by its name, and inside addresses. */
export function shownValue(name: string, value: string): string {
  const kind = findProperty(name)?.kind;
  // Numbers and flags keep no secrets, whatever they are called.
  if (kind !== undefined && kind !== 'password' && kind !== 'string' && kind !== 'list') return value;
  return kind === 'password' || isSecretName(name) ? '[hidden]' : maskInside(value);
}
