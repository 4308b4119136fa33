import { openLocal, type LocalEngine } from '../src/engine/index.js';
import { VERSION } from '../src/env/index.js';
import { createLog } from './log.js';
import { readSettings } from './read-settings.js';

/** The engine on a data folder, for a command that does its work in this process. Settings come from the environment and `--set`. */
export function openFolderEngine(folder: string, set: readonly string[]): Promise<LocalEngine> {
  const logger = createLog(process.env['LOG_LEVEL'] ?? 'error');
  const given = readSettings(null, set, process.env, (message) => logger.warn(message));
  const properties = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  return openLocal({ storage: { folder }, usesExtensionFolder: true, properties, version: VERSION, env: { logger } });
}
