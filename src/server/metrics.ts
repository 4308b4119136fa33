import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine, GroupMeasures, QueryStatus } from '../engine/index.js';
import type { Labels, Metrics } from '../env/index.js';

type Kind = 'counter' | 'gauge' | 'histogram';
interface Definition {
  readonly kind: Kind;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric of the product, with what it means. */
const DEFINITIONS = {
  ksql_query_records_consumed_total: { kind: 'counter', help: 'Records a query has read', labels: ['query_id', 'topic'] },
  ksql_query_records_emitted_total: { kind: 'counter', help: 'Records a query has written', labels: ['query_id'] },
  ksql_query_commits_total: { kind: 'counter', help: 'Commits of a query', labels: ['query_id'] },
  ksql_query_lag_records: { kind: 'gauge', help: 'Records of a partition that a query has still to read', labels: ['query_id', 'topic', 'partition'] },
  ksql_query_state: { kind: 'gauge', help: 'One for the state a query is in', labels: ['query_id', 'state'] },
  ksql_processing_errors_total: { kind: 'counter', help: 'Records a query could not process, by type of the processing log', labels: ['query_id', 'type'] },
  ksql_late_records_dropped_total: { kind: 'counter', help: 'Records that came after their window had closed', labels: ['query_id'] },
  ksql_query_restarts_total: { kind: 'counter', help: 'Times a query was opened anew after a failure', labels: ['query_id'] },
  ksql_txn_unknown_outcome_total: { kind: 'counter', help: 'Commits that failed without telling whether they are stored', labels: ['query_id'] },
  ksql_store_corruption_total: { kind: 'counter', help: 'Times the stores of a query were found damaged and rebuilt', labels: ['query_id'] },
  ksql_commit_duration_seconds: { kind: 'histogram', help: 'Time that a commit takes', labels: ['query_id'] },
  ksql_e2e_latency_seconds: { kind: 'histogram', help: 'Time from the newest record of a commit to the moment in which its rows can be read', labels: ['query_id'] },
  ksql_operator_records_total: { kind: 'counter', help: 'Records into and out of the parts of a query between its repartitions, each named by its last step', labels: ['query_id', 'operator', 'direction'] },
  ksql_operator_busy_ratio: { kind: 'gauge', help: 'Part of the last five to ten seconds in which the operators of a query worked', labels: ['query_id'] },
  ksql_state_store_bytes: { kind: 'gauge', help: 'Bytes of a store, with rows that only memory has yet', labels: ['query_id', 'store'] },
  ksql_state_store_keys: { kind: 'gauge', help: 'Keys of a store; an estimate above a thousand where it does not fit into memory', labels: ['query_id', 'store'] },
  ksql_restore_records_remaining: { kind: 'gauge', help: 'Changelog records that a query has still to read before it can run', labels: ['query_id'] },
  ksql_push_buffer_bytes: { kind: 'gauge', help: 'Bytes of rows that wait for clients of push queries', labels: [] },
  ksql_push_left_behind_total: { kind: 'counter', help: 'Times that a client of a push query was too slow for the reader it shared and went on by itself', labels: [] },
  ksql_log_full: { kind: 'gauge', help: 'One while the log takes no rows for want of room', labels: [] },
  ksql_push_queries_active: { kind: 'gauge', help: 'Push answers that are open', labels: [] },
  ksql_pull_offered_total: { kind: 'counter', help: 'Pull queries that asked to run, refused ones included', labels: [] },
  ksql_pull_queue_depth: { kind: 'gauge', help: 'Pull queries that wait for a place', labels: [] },
  ksql_pull_query_duration_seconds: { kind: 'histogram', help: 'Time from a pull query to the end of its answer', labels: [] },
  ksql_command_runner_state: { kind: 'gauge', help: 'One while commands are applied, zero when the runner has stopped', labels: [] },
  millrace_thread_start_seconds: { kind: 'histogram', help: 'Time from asking for a worker thread until it is ready', labels: [] },
  http_request_duration_seconds: { kind: 'histogram', help: 'Time from a request to the end of its answer', labels: ['route', 'status'] },
} as const satisfies Readonly<Record<string, Definition>>;

/** Read from the queries, besides those whose names say so. */
const OF_QUERIES: ReadonlySet<string> = new Set(['ksql_processing_errors_total', 'ksql_late_records_dropped_total', 'ksql_operator_records_total', 'ksql_operator_busy_ratio', 'ksql_state_store_bytes', 'ksql_state_store_keys', 'ksql_restore_records_remaining', 'ksql_push_left_behind_total', 'ksql_txn_unknown_outcome_total', 'ksql_store_corruption_total']);

export type MetricName = keyof typeof DEFINITIONS;
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function isKnown(name: string): name is MetricName {
  return Object.hasOwn(DEFINITIONS, name);
}

/** The metrics of one server in Prometheus' text form. What the engine counts by itself is read when somebody asks. */
export class ServerMetrics implements Metrics {
  private readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly gauges = new Map<string, Gauge>();
  private readonly histograms = new Map<string, Histogram>();

  constructor() {
    for (const [name, { kind, help, labels }] of Object.entries(DEFINITIONS)) {
      const options = { name, help, labelNames: [...labels], registers: [this.registry] };
      if (kind === 'counter') this.counters.set(name, new Counter(options));
      else if (kind === 'gauge') this.gauges.set(name, new Gauge(options));
      else this.histograms.set(name, new Histogram({ ...options, buckets: BUCKETS }));
    }
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  count(name: string, labels: Labels, by = 1): void {
    if (isKnown(name)) this.counters.get(name)?.inc(labels, by);
  }
  gauge(name: string, labels: Labels, value: number): void {
    if (isKnown(name)) this.gauges.get(name)?.set(labels, value);
  }
  observe(name: string, labels: Labels, value: number): void {
    if (isKnown(name)) this.histograms.get(name)?.observe(labels, value);
  }

  /** Everything, newest facts of the engine included. */
  async text(engine: Engine, pushQueries: number): Promise<string> {
    const [statuses, measures] = await Promise.all([engine.queryStatuses(), engine.measure()]);
    this.readQueries(statuses);
    this.readMeasures(measures);
    this.gauge('ksql_push_queries_active', {}, pushQueries);
    this.gauge('ksql_pull_queue_depth', {}, engine.pullQueueDepth());
    this.gauge('ksql_log_full', {}, engine.health().broker ? 0 : 1);
    this.gauge('ksql_command_runner_state', {}, engine.health().commandRunner ? 1 : 0);
    return this.registry.metrics();
  }

  // Totals are kept where they arise; a query that has gone leaves no series behind.
  private readQueries(statuses: readonly QueryStatus[]): void {
    for (const [name, metric] of [...this.counters, ...this.gauges]) if (name.startsWith('ksql_query_') || OF_QUERIES.has(name)) metric.reset();
    for (const { queryId, state, metrics, tasks } of statuses) {
      const query = { query_id: queryId };
      this.readWork(query, metrics);
      this.count('ksql_query_records_emitted_total', query, metrics.recordsOut);
      this.count('ksql_query_commits_total', query, metrics.commits);
      this.count('ksql_late_records_dropped_total', query, metrics.lateDropped);
      this.count('ksql_query_restarts_total', query, metrics.restarts);
      this.count('ksql_txn_unknown_outcome_total', query, metrics.unknownOutcomes);
      this.count('ksql_store_corruption_total', query, metrics.damagedStores);
      this.gauge('ksql_operator_busy_ratio', query, metrics.busyRatio);
      this.gauge('ksql_restore_records_remaining', query, metrics.restoreRemaining);
      this.gauge('ksql_query_state', { ...query, state }, 1);
      for (const [type, errors] of Object.entries(metrics.errorsByType)) this.count('ksql_processing_errors_total', { ...query, type }, errors);
      for (const { inputs } of tasks) {
        for (const { topic, partition, position, end } of inputs) this.gauge('ksql_query_lag_records', { ...query, topic, partition: String(partition) }, Math.max(0, end - position));
      }
    }
  }

  private readWork(query: Labels, { recordsByTopic, operators }: QueryStatus['metrics']): void {
    for (const [topic, records] of Object.entries(recordsByTopic)) this.count('ksql_query_records_consumed_total', { ...query, topic }, records);
    for (const { operator, recordsIn, recordsOut } of operators) {
      this.count('ksql_operator_records_total', { ...query, operator, direction: 'in' }, recordsIn);
      this.count('ksql_operator_records_total', { ...query, operator, direction: 'out' }, recordsOut);
    }
  }

  // One store in several tasks is one to who watches it.
  private readMeasures({ stores, pushBufferBytes, pushLeftBehind }: GroupMeasures): void {
    for (const { queryId, store, bytes, keys } of stores) {
      this.gauges.get('ksql_state_store_bytes')?.inc({ query_id: queryId, store }, bytes);
      this.gauges.get('ksql_state_store_keys')?.inc({ query_id: queryId, store }, keys);
    }
    this.gauge('ksql_push_buffer_bytes', {}, pushBufferBytes);
    this.count('ksql_push_left_behind_total', {}, pushLeftBehind);
  }
}
