export type * from './broker.js';
export { murmur2, partitionForKey } from './murmur2.js';
export { createMemoryBroker, type MemoryBrokerOptions } from './memory/create-memory-broker.js';
export { openEmbeddedBroker, type EmbeddedBroker, type EmbeddedBrokerOptions } from './embedded/open-embedded-broker.js';
export type { LocalBroker } from './log/log-broker.js';
export { KafkaBroker, type KafkaBrokerOptions } from './kafka/kafka-broker.js';
