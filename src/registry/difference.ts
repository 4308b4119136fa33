import { invalidSchema } from './registry-error.js';
import type { ResolvedSchema } from './registry.js';

/** One reason why data written with one schema cannot be read with another. */
export interface Difference {
  /** Names of the reasons are Confluent's where it has one: tools match on them. */
  readonly type: string;
  /** Where in the schema: a JSON pointer, or a message and field. */
  readonly place: string;
  readonly description: string;
}

/** What a schema is called in descriptions: `new` and `old`, by who reads whom. */
export interface Roles {
  readonly reader: 'new' | 'old';
  readonly writer: 'new' | 'old';
}

/** Reads schemas of one kind and compares them. */
export interface SchemaRules<T> {
  /** Throws RegistryError 42201. */
  parse(schema: ResolvedSchema): T;
  /** Why `reader` cannot read everything that was written with `writer`; empty: it can. */
  differences(reader: T, writer: T, roles: Roles): readonly Difference[];
}

export function describeDifference({ type, place, description }: Difference): string {
  return `{errorType:'${type}', place:'${place}', description:'${description}'}`;
}

const MAX_STEPS = 200_000;

/** Ends comparisons that would go on for ever: choices within choices multiply. */
export class StepBudget {
  private left = MAX_STEPS;

  spend(): void {
    this.left -= 1;
    if (this.left < 0) throw invalidSchema('it has too many choices within choices to be compared');
  }
}
