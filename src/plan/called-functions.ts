/** Names of the functions that a plan, or a part of one, calls: scalars, aggregates and table functions alike. */
export function calledFunctions(plan: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  visit(plan, names);
  return names;
}

// Every call has its signature beside its name, and nothing else has; a step that is added later is searched too.
function visit(part: unknown, names: Set<string>): void {
  if (typeof part !== 'object' || part === null) return;
  if ('signature' in part && 'name' in part && typeof part.name === 'string') names.add(part.name);
  for (const inner of Object.values(part)) visit(inner, names);
}
