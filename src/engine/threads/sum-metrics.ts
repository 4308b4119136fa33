import { addWork, type GroupMeasures, type QueryMetrics } from '../../runtime/index.js';

export const NO_METRICS: QueryMetrics = {
  recordsIn: 0, recordsOut: 0, recordsByTopic: {}, operators: [], busyRatio: 0, restoreRemaining: 0, commits: 0, lateDropped: 0, restarts: 0, unknownOutcomes: 0, damagedStores: 0, lastProcessedMs: null,
  errorsByType: { DESERIALIZATION_ERROR: 0, RECORD_PROCESSING_ERROR: 0, PRODUCTION_ERROR: 0, SERIALIZATION_ERROR: 0, KAFKA_STREAMS_THREAD_ERROR: 0 },
};

/** What two threads of one query have counted, one after the other. */
export function sumMetrics(earlier: QueryMetrics, later: QueryMetrics): QueryMetrics {
  const errors = (type: keyof QueryMetrics['errorsByType']): number => earlier.errorsByType[type] + later.errorsByType[type];
  const work = addWork({ byTopic: earlier.recordsByTopic, operators: earlier.operators }, { byTopic: later.recordsByTopic, operators: later.operators });
  return {
    recordsByTopic: work.byTopic,
    operators: work.operators,
    busyRatio: later.busyRatio,
    restoreRemaining: later.restoreRemaining,
    recordsIn: earlier.recordsIn + later.recordsIn,
    recordsOut: earlier.recordsOut + later.recordsOut,
    commits: earlier.commits + later.commits,
    lateDropped: earlier.lateDropped + later.lateDropped,
    restarts: earlier.restarts + later.restarts,
    unknownOutcomes: earlier.unknownOutcomes + later.unknownOutcomes,
    damagedStores: earlier.damagedStores + later.damagedStores,
    lastProcessedMs: later.lastProcessedMs ?? earlier.lastProcessedMs,
    errorsByType: {
      DESERIALIZATION_ERROR: errors('DESERIALIZATION_ERROR'),
      RECORD_PROCESSING_ERROR: errors('RECORD_PROCESSING_ERROR'),
      PRODUCTION_ERROR: errors('PRODUCTION_ERROR'),
      SERIALIZATION_ERROR: errors('SERIALIZATION_ERROR'),
      KAFKA_STREAMS_THREAD_ERROR: errors('KAFKA_STREAMS_THREAD_ERROR'),
    },
  };
}

export const NO_MEASURES: GroupMeasures = { stores: [], pushBufferBytes: 0, pushLeftBehind: 0 };

/** What several groups hold side by side. */
export function sumMeasures(measures: readonly GroupMeasures[]): GroupMeasures {
  return {
    stores: measures.flatMap(({ stores }) => stores),
    pushBufferBytes: measures.reduce((sum, { pushBufferBytes }) => sum + pushBufferBytes, 0),
    pushLeftBehind: measures.reduce((sum, { pushLeftBehind }) => sum + pushLeftBehind, 0),
  };
}
