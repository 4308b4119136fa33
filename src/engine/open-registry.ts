import type { Broker } from '../broker/index.js';
import type { Env } from '../env/index.js';
import { RequestError } from '../errors/index.js';
import { basicAuthorization, EmbeddedRegistry, RegistryClient, tlsOptions, type CompatibilityLevel, type RegistryClientOptions, type SchemaRegistry } from '../registry/index.js';
import type { Settings } from './config/settings.js';
import { openSchemaTopic } from './schema-topic.js';

export interface OpenedRegistry {
  readonly registry: SchemaRegistry;
  /** The registry that this process keeps itself; null when another one is used. */
  readonly embedded: EmbeddedRegistry | null;
}

export interface RegistryOptions {
  readonly broker: Broker;
  readonly env: Env;
  readonly settings: Settings;
  /** Global level of the embedded registry until one is set. */
  readonly compatibility: CompatibilityLevel;
}

/** The registry at `ksql.schema.registry.url`, or the embedded one over the broker. */
export async function openRegistry({ broker, env, settings, compatibility }: RegistryOptions): Promise<OpenedRegistry> {
  if (settings.list('ksql.schema.registry.url').length > 0) return { registry: new RegistryClient(registryClientOptions(settings, env)), embedded: null };
  const embedded = await EmbeddedRegistry.open(await openSchemaTopic(broker, env.clock, settings.text('ksql.service.id') ?? ''), compatibility);
  return { registry: embedded, embedded };
}

/** Settings by the names of Confluent's clients, behind `ksql.schema.registry.`. */
export function registryClientOptions(settings: Settings, { clock }: Pick<Env, 'clock'>): RegistryClientOptions {
  const setting = (name: string): string | null => settings.text(`ksql.schema.registry.${name}`);
  const number = (name: string, fallback: number): number => {
    const text = setting(name);
    const value = text === null ? fallback : Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new RequestError('BAD_REQUEST', `ksql.schema.registry.${name} holds "${text ?? ''}", which is no number`);
  };
  return {
    urls: settings.list('ksql.schema.registry.url'),
    authorization: authorizationOf(setting),
    tls: tlsOptions(setting),
    timeoutMs: number('http.read.timeout.ms', 20_000),
    retries: number('max.retries', 3),
    backoffMs: number('retries.wait.ms', 200),
    maxBackoffMs: number('retries.max.wait.ms', 5000),
    latestCacheMs: number('latest.cache.ttl.sec', 1) * 1000,
    clock,
  };
}

function authorizationOf(setting: (name: string) => string | null): string | null {
  const token = setting('bearer.auth.token');
  if (token !== null) return `Bearer ${token}`;
  const user = setting('basic.auth.user.info');
  if (user === null || user === '') return null;
  if (!user.includes(':')) throw new RequestError('BAD_REQUEST', 'ksql.schema.registry.basic.auth.user.info must read USER:PASSWORD');
  return basicAuthorization(user);
}
