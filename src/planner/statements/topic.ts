import { PlanError } from '../../errors/index.js';
import type { PlannerContext, TopicFacts } from '../context.js';
import type { TopicToCreate } from '../planned-statement.js';

export interface TopicWish {
  /** The stream or table over it, for messages. */
  readonly sourceName: string;
  readonly name: string;
  readonly partitions: number | null;
  readonly replicas: number | null;
  readonly retentionMs: number | null;
  readonly cleanupPolicy: string | null;
  /** Used where nothing is said and the topic does not exist. */
  readonly defaults: { readonly partitions: number | null; readonly replicas: number | null; readonly retentionMs: number | null };
  /** The default retention is what a WINDOW clause keeps; a topic never keeps less. */
  readonly windowRetentionMs: number | null;
  readonly kind: 'STREAM' | 'TABLE';
  readonly windowed: boolean;
}

const WEEK_MS = 604_800_000;

/** The topic of a source: what must be created, or null where it exists and is as asked. */
export function planTopic(wish: TopicWish, context: PlannerContext): TopicToCreate | null {
  const compacts = wish.kind === 'TABLE' && !wish.windowed;
  const existing = context.topics.find(wish.name);
  if (existing !== null) {
    checkExisting(wish, existing);
    return null;
  }
  if (wish.cleanupPolicy !== null) {
    throw new PlanError(
      'Invalid config variable in the WITH clause: CLEANUP_POLICY. The CLEANUP_POLICY config is automatically inferred based on the type of ' +
        "source (STREAM or TABLE).\nUsers can't set the CLEANUP_POLICY config manually.", { hint: 'Leave CLEANUP_POLICY out.' });
  }
  if (wish.retentionMs !== null && compacts) {
    throw new PlanError('Invalid config variable in the WITH clause: RETENTION_MS. Non-windowed tables do not support retention.', { hint: 'Leave RETENTION_MS out.' });
  }
  const partitions = wish.partitions ?? wish.defaults.partitions;
  if (partitions === null) {
    throw new PlanError(
      `Topic '${wish.name}' does not exist. If you want to create a new topic for the stream/table please re-run the statement providing ` +
        `the required 'PARTITIONS' configuration in the WITH clause (and optionally 'REPLICAS'). ` +
        `For example: CREATE ${wish.kind} ${wish.sourceName} WITH (KAFKA_TOPIC='${wish.name}', PARTITIONS=1);`,
      { hint: 'Add PARTITIONS to the WITH clause to create the topic.' },
    );
  }
  checkNewTopic(wish.name, partitions);
  const replicas = wish.replicas ?? wish.defaults.replicas;
  return { name: wish.name, partitions, replicas, configs: configsOf(wish, compacts) };
}

const LEGAL_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;
/** As the brokers have it. */
const MAX_PARTITIONS = 100_000;

/** What no broker would create is refused before anything is changed. */
function checkNewTopic(name: string, partitions: number): void {
  if (!LEGAL_NAME.test(name)) {
    throw new PlanError(`Failed to guarantee existence of topic ${name}: the name is invalid.`, {
      hint: 'Topic names have 1 to 249 ASCII letters, digits, dots, underscores and hyphens.',
    });
  }
  if (partitions >= 1 && partitions <= MAX_PARTITIONS) return;
  throw new PlanError(`Failed to guarantee existence of topic ${name}: number of partitions was set to ${partitions}.`, {
    hint: `A topic has 1 to ${MAX_PARTITIONS} partitions.`,
  });
}

function configsOf(wish: TopicWish, compacts: boolean): Readonly<Record<string, string>> {
  if (compacts) return { 'cleanup.policy': 'compact' };
  const asked = wish.retentionMs ?? wish.defaults.retentionMs ?? WEEK_MS;
  const retention = wish.retentionMs === null && wish.windowRetentionMs !== null ? Math.max(asked, wish.windowRetentionMs) : asked;
  return { 'cleanup.policy': wish.kind === 'TABLE' ? 'compact,delete' : 'delete', 'retention.ms': String(retention) };
}

/** An existing topic is taken as it is; only what the statement says must agree. */
function checkExisting(wish: TopicWish, existing: TopicFacts): void {
  const differs =
    (wish.partitions !== null && wish.partitions !== existing.partitions) ||
    (wish.replicas !== null && wish.replicas > existing.replicas) ||
    (wish.retentionMs !== null && existing.retentionMs !== null && wish.retentionMs !== existing.retentionMs);
  if (!differs) return;
  throw new PlanError(
    `A Kafka topic with the name '${wish.name}' already exists, with different partition/replica configuration than required. ` +
      `KSQL expects ${String(wish.partitions ?? existing.partitions)} partitions (topic has ${String(existing.partitions)}), ` +
      `${String(wish.replicas ?? existing.replicas)} replication factor (topic has ${String(existing.replicas)}), and ` +
      `${String(wish.retentionMs ?? existing.retentionMs ?? -1)} retention (topic has ${String(existing.retentionMs ?? -1)}).`, { hint: 'Leave PARTITIONS and REPLICAS out to take the topic as it is, or choose another topic.' });
}

const DEFAULT_READ_ONLY = ['_confluent.*', '__confluent.*', '_schemas', '__consumer_offsets', '__transaction_state', 'connect-configs', 'connect-offsets', 'connect-status', 'connect-statuses'];

/** Topics of the system are not written by statements. */
export function checkWritableTopic(topic: string, context: Pick<PlannerContext, 'properties' | 'serviceId'>): void {
  const configured = context.properties.get('ksql.readonly.topics');
  const patterns = configured === undefined ? DEFAULT_READ_ONLY : configured.split(',').map((pattern) => pattern.trim());
  const system = [`_confluent-ksql-.*`, `${context.serviceId}ksql_processing_log`];
  const isReadOnly = [...patterns, ...system].some((pattern) => pattern !== '' && matchesWhole(pattern, topic));
  if (isReadOnly) throw new PlanError(`Cannot write to the read-only topic: ${topic}`, { hint: "Choose another topic: this one is the server's own." });
}

/** Patterns of settings: literal text with `.*` for anything, which is all that topic lists use. */
function matchesWhole(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('.*').map((part) => part.replaceAll('\\', ''));
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const [index, part] of rest.entries()) {
    const found = index === rest.length - 1 ? Math.max(text.length - part.length, position) : text.indexOf(part, position);
    if (found < 0 || !text.startsWith(part, found)) return false;
    position = found + part.length;
  }
  return true;
}
