import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { TestServer } from '../test-server.js';

// Properties of Kafka's clients. What would move a client elsewhere, load a class, read a file or show a secret is among them.
const CLIENT = `
bootstrap.servers client.dns.lookup client.rack group.id group.instance.id group.protocol group.remote.assignor enable.auto.commit auto.commit.interval.ms partition.assignment.strategy
key.deserializer value.deserializer key.serializer value.serializer interceptor.classes metric.reporters metrics.num.samples metrics.recording.level metrics.sample.window.ms
security.protocol security.providers sasl.mechanism sasl.jaas.config sasl.client.callback.handler.class sasl.login.callback.handler.class sasl.login.class sasl.kerberos.service.name
sasl.kerberos.kinit.cmd sasl.kerberos.ticket.renew.jitter sasl.kerberos.ticket.renew.window.factor sasl.kerberos.min.time.before.relogin sasl.login.connect.timeout.ms sasl.login.read.timeout.ms
sasl.login.refresh.buffer.seconds sasl.login.refresh.min.period.seconds sasl.login.refresh.window.factor sasl.login.refresh.window.jitter sasl.login.retry.backoff.max.ms sasl.login.retry.backoff.ms
sasl.oauthbearer.token.endpoint.url sasl.oauthbearer.jwks.endpoint.url sasl.oauthbearer.jwks.endpoint.refresh.ms sasl.oauthbearer.jwks.endpoint.retry.backoff.ms sasl.oauthbearer.clock.skew.seconds
sasl.oauthbearer.expected.audience sasl.oauthbearer.expected.issuer sasl.oauthbearer.scope.claim.name sasl.oauthbearer.sub.claim.name sasl.oauthbearer.header.urlencode
ssl.cipher.suites ssl.enabled.protocols ssl.endpoint.identification.algorithm ssl.engine.factory.class ssl.key.password ssl.keymanager.algorithm ssl.keystore.certificate.chain ssl.keystore.key
ssl.keystore.location ssl.keystore.password ssl.keystore.type ssl.protocol ssl.provider ssl.secure.random.implementation ssl.trustmanager.algorithm ssl.truststore.certificates
ssl.truststore.location ssl.truststore.password ssl.truststore.type ssl.client.authentication transactional.id transaction.timeout.ms enable.idempotence partitioner.class
connections.max.idle.ms reconnect.backoff.ms reconnect.backoff.max.ms socket.connection.setup.timeout.ms send.buffer.bytes receive.buffer.bytes auto.include.jmx.reporter
enable.metrics.push exclude.internal.topics allow.auto.create.topics check.crcs application.id application.server state.dir rocksdb.config.setter processor.wrapper.class
default.dsl.store dsl.store.suppliers.class built.in.metrics.version upgrade.from rack.aware.assignment.tags task.assignor.class ksql.service.id ksql.extension.dir listeners
authentication.method millrace.authorization.rules.file millrace.authentication.users.file millrace.server.allowed.hosts ksql.connect.url ksql.schema.registry.url ksql.connect.worker.config
ksql.schema.registry.basic.auth.user.info ksql.metastore.backup.location ksql.queries.file ksql.max.push.queries ksql.pull.queries.enable ksql.internal.listener ksql.security.extension.class
ksql.properties.overrides.denylist ksql.properties.overrides.allowlist access.control.allow.origin __proto__ constructor toString`
  .trim()
  .split(/\s+/);
const PREFIXES = ['', 'ksql.streams.', 'producer.', 'main.consumer.', 'ksql.streams.consumer.'];
/** What a request may set. */
const ALLOWED = ['auto.offset.reset', 'ksql.streams.auto.offset.reset', 'commit.interval.ms', 'ksql.streams.cache.max.bytes.buffering', 'ksql.streams.producer.linger.ms', 'consumer.max.poll.records', 'ksql.fail.on.deserialization.error'];
const VALUES: Readonly<Record<string, string>> = { 'ksql.fail.on.deserialization.error': 'true' };
const valueOf = (name: string): string => VALUES[name] ?? (name.endsWith('reset') ? 'earliest' : '100');

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.properties.overrides.denylist': 'max.task.idle.ms' });
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
});
afterAll(() => server.close());

type Entry = (name: string, value: string) => Promise<number>;
const own = (name: string, value: string): object => Object.defineProperty({}, name, { value, enumerable: true });
const ENTRIES: Readonly<Record<string, Entry>> = {
  'SET in a statement': async (name, value) => (await server.post('/ksql', { ksql: `SET '${name}'='${value}'; SHOW STREAMS;` })).status,
  'properties of /ksql': async (name, value) => (await server.post('/ksql', { ksql: 'SHOW STREAMS;', streamsProperties: own(name, value) })).status,
  'properties of /query': async (name, value) => (await server.post('/query', { ksql: 'SELECT * FROM s;', streamsProperties: own(name, value) })).status,
  'properties of /query-stream': async (name, value) => (await server.post('/query-stream', { sql: 'SELECT * FROM s;', properties: own(name, value) })).status,
  'properties of a WebSocket': (name, value) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query?request=${encodeURIComponent(JSON.stringify({ ksql: 'SELECT * FROM s;', streamsProperties: own(name, value) }))}`);
    return new Promise((resolve, reject) => {
      socket.on('close', (code) => resolve(code === 1000 ? 200 : 400));
      socket.on('error', reject);
    });
  },
};

test.each(Object.keys(ENTRIES))('%s takes what is on the list, and nothing else', async (entry) => {
  const set = ENTRIES[entry];
  const names = CLIENT.flatMap((name) => (entry.includes('WebSocket') ? ['', 'ksql.streams.'] : PREFIXES).map((prefix) => `${prefix}${name}`));
  const taken: string[] = [];
  const all = [...names, 'max.task.idle.ms', 'ksql.streams.max.task.idle.ms'];
  for (let from = 0; from < all.length; from += 50) {
    await Promise.all(all.slice(from, from + 50).map(async (name) => {
      if ((await set?.(name, '1')) === 200) taken.push(name);
    }));
  }
  expect(taken).toEqual([]);
  const refused: string[] = [];
  for (const name of ALLOWED) if ((await set?.(name, valueOf(name))) !== 200) refused.push(name);
  expect(refused).toEqual([]);
  expect(names.length).toBeGreaterThan(200);
});

test('a list of what is allowed narrows all of them, in every spelling', async () => {
  const narrow = await TestServer.open({ 'ksql.properties.overrides.validation.mode': 'allowlist', 'ksql.properties.overrides.allowlist': 'auto.offset.reset' });
  const status = async (ksql: string, streamsProperties = {}): Promise<number> => (await narrow.post('/ksql', { ksql, streamsProperties })).status;
  expect(await status("SET 'ksql.streams.auto.offset.reset'='earliest';")).toBe(200);
  expect([await status("SET 'commit.interval.ms'='1';"), await status('SHOW STREAMS;', { 'ksql.streams.commit.interval.ms': '1' }), await status("UNSET 'commit.interval.ms';")]).toEqual([400, 400, 400]);
  await narrow.close();
});
