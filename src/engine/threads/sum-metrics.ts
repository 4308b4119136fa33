import type { QueryMetrics } from '../../runtime/index.js';

export const NO_METRICS: QueryMetrics = {
  recordsIn: 0, recordsOut: 0, commits: 0, lateDropped: 0, restarts: 0, unknownOutcomes: 0, damagedStores: 0, lastProcessedMs: null,
  errorsByType: { DESERIALIZATION_ERROR: 0, RECORD_PROCESSING_ERROR: 0, PRODUCTION_ERROR: 0, SERIALIZATION_ERROR: 0, KAFKA_STREAMS_THREAD_ERROR: 0 },
};

/** What two threads of one query have counted, one after the other. */
export function sumMetrics(earlier: QueryMetrics, later: QueryMetrics): QueryMetrics {
  const errors = (type: keyof QueryMetrics['errorsByType']): number => earlier.errorsByType[type] + later.errorsByType[type];
  return {
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
