import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codecNamed, KafkaBroker, parseEndpoints, saslCredentials, securityProtocol } from '../broker/index.js';
import type { Env } from '../env/index.js';
import { tlsOptions } from '../registry/index.js';
import type { Settings } from './config/settings.js';

/** The cluster at `bootstrap.servers`. Rejects when it cannot be reached, or refuses this server. */
export function openKafka(settings: Settings, { clock, random, logger }: Env): Promise<KafkaBroker> {
  // Defaults of the table are for Java's stores; here the files themselves tell what they are.
  const given = (name: string): string | null => (settings.isGiven(name) ? settings.text(name) : null);
  const protocol = securityProtocol(given);
  return KafkaBroker.connect({
    bootstrap: parseEndpoints(settings.list('bootstrap.servers')),
    clientId: given('client.id') ?? 'millrace',
    clock, random, logger,
    tls: protocol.endsWith('SSL') ? tlsOptions(given) : null,
    sasl: protocol.startsWith('SASL') ? saslCredentials(given, clock) : null,
    requestTimeoutMs: settings.number('request.timeout.ms'),
    deliveryTimeoutMs: settings.number('delivery.timeout.ms'),
    compression: codecNamed(settings.text('producer.compression.type') ?? settings.text('compression.type') ?? 'none'),
    member: {
      sessionTimeoutMs: settings.number('session.timeout.ms'),
      heartbeatMs: settings.number('heartbeat.interval.ms'),
      rebalanceTimeoutMs: settings.number('max.poll.interval.ms'),
    },
    staticMembers: settings.isGiven('group.instance.id'),
    ...(settings.number('replication.factor') > 0 ? { replicas: settings.number('replication.factor') } : {}),
  });
}

const IDENTITY = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * Who this server is among others of its service: `group.instance.id`, else a name made once and kept in the state folder. After a
 * restart it is the same, so what the old process had open is ended at once, and its share comes back without waiting.
 */
export function serverIdentity(settings: Settings, folder: string, { random }: Env): string {
  const configured = settings.isGiven('group.instance.id') ? settings.text('group.instance.id') : null;
  if (configured !== null && IDENTITY.test(configured)) return configured;
  const file = join(folder, 'server-id');
  if (existsSync(file)) {
    const known = readFileSync(file, 'utf8').trim();
    if (IDENTITY.test(known)) return known;
  }
  const fresh = Buffer.from(random.bytes(9)).toString('hex');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${fresh}\n`);
  renameSync(`${file}.new`, file);
  return fresh;
}
