import type { Broker } from '../broker/index.js';
import type { Env } from '../env/index.js';
import { EmbeddedRegistry, type CompatibilityLevel, type SchemaRegistry } from '../registry/index.js';
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

/** The embedded registry over the broker. */
export async function openRegistry({ broker, env, compatibility }: RegistryOptions): Promise<OpenedRegistry> {
  const embedded = await EmbeddedRegistry.open(await openSchemaTopic(broker, env.clock), compatibility);
  return { registry: embedded, embedded };
}
