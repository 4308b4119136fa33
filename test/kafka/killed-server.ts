import { openLocal } from '../../src/engine/index.js';

/** A server without listeners, for tests that kill it: `node --import tsx killed-server.ts BOOTSTRAP FOLDER SQL`. Tells when it runs. */
const [bootstrap = '', folder = '', sql = ''] = process.argv.slice(2);
const local = await openLocal({
  storage: { folder }, version: 'test',
  properties: {
    'bootstrap.servers': bootstrap, 'ksql.service.id': 'killed_', 'auto.offset.reset': 'earliest',
    'ksql.streams.commit.interval.ms': '50', 'heartbeat.interval.ms': '500', 'session.timeout.ms': '30000',
  },
});
if (local.engine.catalog().sources.size === 0) await local.engine.execute(sql);
process.stdout.write('running\n');
process.on('message', (message) => {
  if (message !== 'finish') return;
  void (async () => {
    await local.engine.whenIdle();
    await local.engine.close();
    process.stdout.write('finished\n');
    process.exit(0);
  })();
});
