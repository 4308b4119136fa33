import type { RuntimeDependencies } from '../options.js';
import { loadedSchemas } from '../task/loaded-schemas.js';

/** Runs what keeps no state; where it failed for a schema that was not here yet, fetches that and runs it again. */
export async function retryWithSchemas<T>(dependencies: RuntimeDependencies, run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!(await loadedSchemas(dependencies, error))) throw error;
    }
  }
}
