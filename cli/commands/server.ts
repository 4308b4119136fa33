import { mkdirSync } from 'node:fs';
import { openLocal, Settings } from '../../src/engine/index.js';
import { VERSION } from '../../src/env/index.js';
import { openServer, ServerMetrics } from '../../src/server/index.js';
import { createLog } from '../log.js';
import { readSettings } from '../read-settings.js';

const DRAIN_MS = 10_000;

/** `millrace server`: opens the engine on the data folder and the listeners; ends on SIGTERM or SIGINT, at once on the second. SIGHUP reads certificates and users anew. */
export async function runServer(file: string | null, flags: readonly string[]): Promise<number> {
  const logger = createLog(process.env['LOG_LEVEL'] ?? 'warn');
  const given = readSettings(file, flags, process.env, (message) => logger.warn(message));
  const properties = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  const settings = Settings.ofServer(Object.entries(properties));
  const folder = settings.text('state.dir') ?? './millrace-data';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const denied = new Set(settings.list('ksql.properties.overrides.denylist'));
  const listeners = settings.list('listeners');
  const metrics = new ServerMetrics();
  const local = await openLocal({ storage: { folder }, usesExtensionFolder: true, properties, version: VERSION, env: { logger, metrics } });
  const server = await openServer({
    engine: local.engine,
    settings: local.settings,
    registry: local.embeddedRegistry,
    backup: () => local.backup(),
    clock: local.env.clock,
    logger,
    metrics,
    listeners,
    isValidProperty: (name) => !denied.has(name),
  });
  local.announce(settings.text('ksql.advertised.listener') ?? server.url);
  process.on('SIGHUP', () => {
    try {
      server.reload();
      logger.info('Certificates, users, keys and rules were read anew');
    } catch (error) {
      logger.error('Nothing was read anew', { error: error instanceof Error ? error.message : String(error) });
    }
  });
  console.log(`Millrace ${VERSION} is ready at ${server.urls.join(', ')}`);
  await new Promise<void>((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
  await server.close(DRAIN_MS);
  await local.engine.close();
  return 0;
}
