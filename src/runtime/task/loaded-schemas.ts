import type { RuntimeDependencies } from '../options.js';

/** Whether an error (or a cause of it) said that a schema was not here yet, and it is now. */
export async function loadedSchemas({ loadSchemas }: RuntimeDependencies, error: unknown): Promise<boolean> {
  if (loadSchemas === undefined) return false;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    try {
      if (await loadSchemas(cause)) return true;
    } catch {
      return false;
    }
  }
  return false;
}
