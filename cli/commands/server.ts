import { mkdirSync, readFileSync } from 'node:fs';
import { isAdmitted, openLocal, overrideLimits, reachableAt, Settings, type LocalEngine } from '../../src/engine/index.js';
import { VERSION } from '../../src/env/index.js';
import { openServer, ServerMetrics } from '../../src/server/index.js';
import { applyScript } from '../headless/apply-script.js';
import { firstSignal } from '../headless/run-until-told.js';
import { createLog } from '../log.js';
import { readSettings } from '../read-settings.js';

const DRAIN_MS = 10_000;

/** Headless: what the file says runs before the listeners open. A file that says something else than the data is refused: nothing is thrown away by a restart. */
async function applyQueries(file: string, local: LocalEngine, properties: Readonly<Record<string, string>>): Promise<void> {
  try {
    console.log(`${file}: ${await applyScript(readFileSync(file, 'utf8'), local, { properties, force: false })}`);
  } catch (error) {
    await local.engine.close();
    throw error;
  }
}

/** `millrace server`: opens the engine on the data folder and the listeners; ends on SIGTERM or SIGINT, at once on the second. SIGHUP reads certificates and users anew. */
export async function runServer(file: string | null, flags: readonly string[]): Promise<number> {
  const logger = createLog(process.env['LOG_LEVEL'] ?? 'warn');
  const given = readSettings(file, flags, process.env, (message) => logger.warn(message));
  const properties = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  const settings = Settings.ofServer(Object.entries(properties));
  const folder = settings.text('state.dir') ?? './millrace-data';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const limits = overrideLimits(settings);
  const listeners = settings.list('listeners');
  const queriesFile = settings.text('ksql.queries.file');
  const metrics = new ServerMetrics();
  // From here on: a signal during a long start counts too.
  const told = firstSignal();
  const local = await openLocal({ storage: { folder }, usesExtensionFolder: true, properties, version: VERSION, env: { logger, metrics } });
  if (queriesFile !== null) await applyQueries(queriesFile, local, properties);
  const server = await openServer({
    engine: local.engine,
    settings: local.settings,
    registry: local.embeddedRegistry,
    backup: () => local.backup(),
    headless: queriesFile !== null,
    clock: local.env.clock,
    logger,
    metrics,
    listeners,
    isValidProperty: (name) => isAdmitted(name, limits),
  });
  local.announce(reachableAt(settings, server.url));
  process.on('SIGHUP', () => {
    try {
      server.reload();
      logger.info('Certificates, users, keys and rules were read anew');
    } catch (error) {
      logger.error('Nothing was read anew', { error: error instanceof Error ? error.message : String(error) });
    }
  });
  console.log(`Millrace ${VERSION} is ready at ${server.urls.join(', ')}`);
  await told;
  await server.close(DRAIN_MS);
  await local.engine.close();
  return 0;
}
