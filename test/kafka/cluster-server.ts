import { openLocal } from '../../src/engine/index.js';
import { silentLogger } from '../../src/env/index.js';
import { openServer, ServerMetrics } from '../../src/server/index.js';

/** A server with a listener, for tests that kill it: `node --import tsx cluster-server.ts BOOTSTRAP FOLDER LISTENER`. Tells when it runs. */
const [bootstrap = '', folder = '', listener = ''] = process.argv.slice(2);
const metrics = new ServerMetrics();
const local = await openLocal({
  storage: { folder }, version: 'test', env: { metrics },
  properties: {
    'bootstrap.servers': bootstrap, 'ksql.service.id': 'cluster_', 'auto.offset.reset': 'earliest', listeners: listener,
    'ksql.streams.commit.interval.ms': '50', 'heartbeat.interval.ms': '300', 'session.timeout.ms': '6000', 'max.poll.interval.ms': '20000',
  },
});
const server = await openServer({
  engine: local.engine, settings: local.settings, clock: local.env.clock, logger: silentLogger, metrics, listeners: [listener], isValidProperty: () => true,
});
local.announce(server.url);
process.stdout.write('running\n');
