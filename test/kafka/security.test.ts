import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal } from '../../src/engine/index.js';
import { Settings } from '../../src/engine/config/settings.js';
import { openKafka } from '../../src/engine/open-kafka.js';
import { silentLogger, silentMetrics, systemClock, systemRandom } from '../../src/env/index.js';
import { readAll } from '../contract/broker-suite.js';
import { startKafka, type Kafka } from './java-kafka.js';

const ENV = { clock: systemClock(), random: systemRandom(), logger: silentLogger, metrics: silentMetrics };
const TIMEOUT_MS = 600_000;
let folder: string;

function tool(command: string, ...args: string[]): void {
  const result = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr}${result.stdout}`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
  tool('keytool', '-genkeypair', '-alias', 'ca', '-keyalg', 'RSA', '-dname', 'CN=Test CA', '-ext', 'bc:c', '-keystore', 'ca.p12', '-storepass', 'secret', '-validity', '30');
  tool('keytool', '-exportcert', '-rfc', '-alias', 'ca', '-keystore', 'ca.p12', '-storepass', 'secret', '-file', 'ca.pem');
  for (const [name, san] of [['broker', 'ip:127.0.0.1'], ['client', 'dns:client']] as const) {
    tool('keytool', '-genkeypair', '-alias', name, '-keyalg', 'RSA', '-dname', `CN=${name}`, '-keystore', `${name}.p12`, '-storepass', 'secret', '-validity', '30');
    tool('keytool', '-certreq', '-alias', name, '-keystore', `${name}.p12`, '-storepass', 'secret', '-file', `${name}.csr`);
    tool('keytool', '-gencert', '-alias', 'ca', '-keystore', 'ca.p12', '-storepass', 'secret', '-infile', `${name}.csr`, '-outfile', `${name}.pem`, '-rfc', '-ext', `san=${san}`, '-validity', '30');
    tool('keytool', '-importcert', '-noprompt', '-alias', 'ca', '-keystore', `${name}.p12`, '-storepass', 'secret', '-file', 'ca.pem');
    tool('keytool', '-importcert', '-noprompt', '-alias', name, '-keystore', `${name}.p12`, '-storepass', 'secret', '-file', `${name}.pem`);
  }
  tool('keytool', '-importcert', '-noprompt', '-alias', 'ca', '-keystore', 'trust.p12', '-storepass', 'secret', '-file', 'ca.pem');
}, TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const connect = (kafka: Kafka, properties: Readonly<Record<string, string>>) =>
  openKafka(Settings.ofServer(Object.entries({ 'bootstrap.servers': kafka.bootstrap, 'delivery.timeout.ms': '15000', ...properties })), ENV);

async function works(kafka: Kafka, topic: string, properties: Readonly<Record<string, string>>): Promise<void> {
  const broker = await connect(kafka, properties);
  await broker.admin.createTopic({ name: topic, partitions: 1 });
  const producer = await broker.openProducer();
  await producer.send([{ topic, partition: 0, key: null, value: Buffer.from('secret words'), timestamp: 1 }]);
  expect((await readAll(broker, topic)).records.map(({ value }) => value)).toEqual(['secret words']);
  await broker.close();
}

const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required';

describe('SASL over TLS', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({
      protocol: 'SASL_SSL',
      scram: ['SCRAM-SHA-256=[name=sam,password=sam-secret]', 'SCRAM-SHA-512=[name=sue,password=sue-secret]'],
      properties: {
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        'listener.name.client.plain.sasl.jaas.config': `${PLAIN} user_pam="p\\\\"am ; secret";`,
        'listener.name.client.scram-sha-256.sasl.jaas.config': `${SCRAM};`,
        'listener.name.client.scram-sha-512.sasl.jaas.config': `${SCRAM};`,
        'listener.name.client.oauthbearer.sasl.jaas.config': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
        'connections.max.reauth.ms': '12000',
        'ssl.keystore.location': join(folder, 'broker.p12'), 'ssl.keystore.password': 'secret', 'ssl.keystore.type': 'PKCS12',
        'ssl.truststore.location': join(folder, 'trust.p12'), 'ssl.truststore.password': 'secret', 'ssl.truststore.type': 'PKCS12',
      },
    });
  }, TIMEOUT_MS);
  afterAll(() => kafka.stop());
  const tls = (): Record<string, string> => ({ 'security.protocol': 'SASL_SSL', 'ssl.truststore.location': join(folder, 'ca.pem'), 'ssl.truststore.type': 'PEM' });

  test.each([
    ['PLAIN', `${PLAIN} username="pam" password="p\\"am ; secret";`],
    ['SCRAM-SHA-256', `${SCRAM} username="sam" password="sam-secret";`],
    ['SCRAM-SHA-512', `${SCRAM} username='sue' password=sue-secret ;`],
    ['OAUTHBEARER', 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="olga";'],
  ])('%s lets in', async (mechanism, jaas) => {
    await works(kafka, `t-${mechanism.toLowerCase()}`, { ...tls(), 'sasl.mechanism': mechanism, 'sasl.jaas.config': jaas });
  });

  test('a wrong password is an error that names the setting, at once, and does not repeat the secret', async () => {
    const wrong = connect(kafka, { ...tls(), 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': `${PLAIN} username="pam" password="wrong-one";` });
    await expect(wrong).rejects.toMatchObject({ code: 'UNAUTHENTICATED', retriable: false });
    await expect(wrong).rejects.not.toThrow(/wrong-one/);
  });

  test('a session that ends is renewed while it is used, and while it is not', async () => {
    const broker = await connect(kafka, { ...tls(), 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': `${SCRAM} username="sam" password="sam-secret";` });
    await broker.admin.createTopic({ name: 'long', partitions: 1 });
    const producer = await broker.openProducer();
    const until = Date.now() + 30_000;
    let sent = 0;
    for (; Date.now() < until; sent++) {
      await producer.send([{ topic: 'long', partition: 0, key: null, value: Buffer.from(String(sent)), timestamp: sent }]);
      await systemClock().sleep(sent < 20 ? 200 : 4000);
    }
    expect((await readAll(broker, 'long')).records).toHaveLength(sent);
    await broker.close();
  });

  test('a server runs on it by its properties alone', async () => {
    const home = mkdtempSync(join(tmpdir(), 'millrace-kafka-test-'));
    const local = await openLocal({
      storage: { folder: home }, version: 'test',
      properties: { 'bootstrap.servers': kafka.bootstrap, 'auto.offset.reset': 'earliest', ...tls(), 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': `${PLAIN} username="pam" password="p\\"am ; secret";` },
    });
    await local.engine.execute(`CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); CREATE STREAM o AS SELECT v + 1 AS w FROM s; INSERT INTO s (v) VALUES (1);`);
    await local.engine.whenIdle();
    expect((await readAll(local.broker, 'O')).records.map(({ value }) => value)).toEqual(['{"W":2}']);
    await local.engine.close();
    rmSync(home, { recursive: true });
  });
});

describe('TLS with client certificates', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({
      protocol: 'SSL',
      properties: {
        'ssl.client.auth': 'required',
        'ssl.keystore.location': join(folder, 'broker.p12'), 'ssl.keystore.password': 'secret', 'ssl.keystore.type': 'PKCS12',
        'ssl.truststore.location': join(folder, 'trust.p12'), 'ssl.truststore.password': 'secret', 'ssl.truststore.type': 'PKCS12',
      },
    });
  }, TIMEOUT_MS);
  afterAll(() => kafka.stop());

  test('a PKCS12 key store is shown, a PEM trust store believed', async () => {
    await works(kafka, 'mutual', {
      'security.protocol': 'SSL', 'ssl.truststore.location': join(folder, 'ca.pem'), 'ssl.truststore.type': 'PEM',
      'ssl.keystore.location': join(folder, 'client.p12'), 'ssl.keystore.type': 'PKCS12', 'ssl.keystore.password': 'secret',
    });
  });

  test('an authority that is not known is refused here, a client without certificate there', async () => {
    await expect(connect(kafka, { 'security.protocol': 'SSL', 'delivery.timeout.ms': '2000' })).rejects.toThrow(/certificate|self.signed/i);
    await expect(connect(kafka, { 'security.protocol': 'SSL', 'delivery.timeout.ms': '2000', 'ssl.truststore.location': join(folder, 'ca.pem'), 'ssl.truststore.type': 'PEM' })).rejects.toMatchObject({ code: 'BROKER' });
  });
});
