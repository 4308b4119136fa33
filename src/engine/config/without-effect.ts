import { canonicalName } from './property-table.js';

/** Names of ksqlDB that are taken and change nothing. */
export interface WithoutEffect {
  /** Canonical; a `*` at the end stands for any rest. */
  readonly names: readonly string[];
  /** Why, or what is there instead. */
  readonly reason: string;
}

const list = (names: string): readonly string[] => names.trim().split(/\s+/);

/** All of them: `COMPAT.md` has the same list, and a server that is given one says so when it starts. */
export const WITHOUT_EFFECT: readonly WithoutEffect[] = [
  {
    names: list(`num.stream.threads ksql.shared.runtimes.count ksql.query.pull.thread.pool.size ksql.query.pull.router.thread.pool.size ksql.query.pull.router.queue.capacity
      ksql.heartbeat.thread.pool.size ksql.server.websockets.num.threads ksql.verticle.instances ksql.worker.pool.size ksql.internal.http2.max.pool.size`),
    reason: 'there are no such threads, pools and queues',
  },
  {
    names: list(`ksql.query.pull.enable.standby.reads ksql.query.pull.max.allowed.offset.lag ksql.lag.reporting.enable ksql.lag.reporting.send.interval.ms num.standby.replicas
      acceptable.recovery.lag max.warmup.replicas probing.rebalance.interval.ms`),
    reason: 'there are no standby replicas',
  },
  {
    names: list('ksql.heartbeat.send.interval.ms ksql.heartbeat.check.interval.ms ksql.heartbeat.window.ms ksql.heartbeat.missed.threshold.ms ksql.heartbeat.discover.interval.ms'),
    reason: 'servers know each other by the group that shares the tasks',
  },
  {
    names: list(`ksql.transient.prefix ksql.transient.query.cleanup.service.enable ksql.transient.query.cleanup.service.initial.delay.seconds ksql.transient.query.cleanup.service.period.seconds
      ksql.local.commands.location ksql.query.cleanup.shutdown.timeout.ms ksql.streams.shutdown.timeout.ms`),
    reason: 'a query that ends has ended, and a push query leaves no topics and no state',
  },
  {
    names: list('ksql.query.persistent.max.bytes.buffering.total ksql.query.transient.max.bytes.buffering.total ksql.suppress.buffer.size.bytes buffered.records.per.partition'),
    reason: 'what is buffered is bounded for each query, by `cache.max.bytes.buffering` and by fixed sizes',
  },
  {
    names: list(`ksql.query.push.v2.alos.enabled ksql.query.push.v2.latest.reset.age.ms ksql.query.push.v2.max.catchup.consumers ksql.query.push.v2.catchup.consumer.msg.window
      ksql.query.pull.cancel.on.disconnect.enabled query.stream.disconnect.check`),
    reason: 'push queries on one stream share a reader in any case, and queries end when their client has gone',
  },
  { names: list('ksql.query.push.v2.max.hourly.bandwidth.megabytes'), reason: 'the bandwidth of push queries has no limit; `ksql.max.push.queries` and the pace of each client are theirs' },
  {
    names: list(`ksql.lambdas.enabled ksql.query.pull.interpreter.enabled ksql.query.push.v2.interpreter.enabled ksql.query.pull.metrics.enabled ksql.query.push.v2.metrics.enabled
      ksql.endpoint.migrate.query ksql.json_sr.converter.deserializer.enabled ksql.server.exception.uncaught.handler.enable`),
    reason: 'there is one way, and it is always on',
  },
  { names: list('ksql.fail.on.production.error default.production.exception.handler acks retries isolation.level'), reason: 'no result is dropped, and everything is exactly once' },
  { names: list('topology.optimization task.timeout.ms poll.ms window.size.ms default.key.serde default.value.serde default.timestamp.extractor default.deserialization.exception.handler'), reason: 'matters of Kafka Streams, which is not here' },
  {
    names: list('max.poll.records fetch.min.bytes fetch.max.bytes fetch.max.wait.ms metadata.max.age.ms max.partition.fetch.bytes batch.size linger.ms max.request.size max.block.ms buffer.memory ksql.server.command.consumer.* ksql.server.command.producer.* ksql.kafka.client.additional.config.prefixes'),
    reason: 'the Kafka client is our own and sizes its requests by what there is',
  },
  {
    names: list('ksql.security.extension.class ksql.resource.extension.class ksql.authentication.plugin.class ksql.metrics.extension ksql.server.error.messages ksql.server.preconditions ksql.server.precondition.max.backoff.ms ksql.connect.request.headers.plugin'),
    reason: 'classes of the JVM cannot be loaded',
  },
  { names: list('ksql.access.validator.enable ksql.authorization.cache.*'), reason: 'who may do what stands in `millrace.authorization.rules.file`' },
  { names: list('ksql.connect.worker.config ksql.connect.basic.auth.credentials.source ksql.connect.basic.auth.credentials.file ksql.connect.basic.auth.credentials.reload'), reason: 'no Connect worker is embedded; credentials for Connect are `ksql.connect.basic.auth.user.info`' },
  { names: list('ksql.metastore.backup.location ksql.server.command.topic.migration.enabled'), reason: '`millrace backup` takes commands and data' },
  { names: list('ksql.queryanonymizer.logs_enabled ksql.endpoint.logging.log.queries ksql.endpoint.logging.ignored.paths.regex ksql.logging.server.rate.limited.*'), reason: 'requests and statements are not logged' },
  { names: list('ksql.udf.collect.metrics ksql.metrics.tags.custom'), reason: 'metrics are those of `GET /metrics`; who collects them adds labels' },
  { names: list('ksql.logging.processing.stream.auto.create ksql.logging.processing.stream.name ksql.logging.processing.topic.replication.factor'), reason: 'the topic of the processing log is made, a stream over it is declared by who wants one' },
  { names: list('ksql.sink.window.change.log.additional.retention ksql.internal.topic.min.insync.replicas ksql.admin.request.retry.timeout.ms'), reason: 'internal topics are made with fixed properties' },
  { names: list('ksql.query.error.max.queue.size ksql.query.status.running.threshold.seconds ksql.healthcheck.interval.ms ksql.server.command.blocked.threshold.error.ms'), reason: 'how queries and commands are is asked when somebody wants to know' },
  { names: list('ksql.fetch.remote.hosts.max.timeout.seconds'), reason: 'other servers are asked within `ksql.query.pull.forwarding.timeout.ms`' },
  { names: list('ksql.internal.listener ksql.internal.ssl.client.authentication ksql.ssl.keystore.alias.external ksql.ssl.keystore.alias.internal listeners.proxy.protocol response.http.headers.config'), reason: 'all listeners are alike; what a proxy adds or knows stays with the proxy' },
  { names: list('ssl.keystore.reload ssl.keystore.watch.location'), reason: '`SIGHUP` reads certificates anew' },
  { names: list('ssl.keystore.type ssl.truststore.type ssl.truststore.password'), reason: 'what a store is shows in its content; trust stores are PEM, which has no password' },
  { names: list('ksql.server.install.dir ksql.deployment.type'), reason: 'nothing asks for it' },
];

/** Why a setting changes nothing; null: it does, or nobody knows it. */
export function reasonWithoutEffect(name: string): string | null {
  const canonical = canonicalName(name);
  const matches = (pattern: string): boolean => (pattern.endsWith('*') ? canonical.startsWith(pattern.slice(0, -1)) : canonical === pattern || name === pattern);
  return WITHOUT_EFFECT.find(({ names }) => names.some(matches))?.reason ?? null;
}
