import type { StreamSource, TableSource } from '../../plan/index.js';
import type { RecordLayout } from '../compile/record-layout.js';
import type { Exchange } from '../topology.js';
import { exchangeLayout } from './exchange-codec.js';

export function topicRecordLayout(step: StreamSource | TableSource): RecordLayout {
  const { name, topic, formats, window, keyColumns, valueColumns, extras, timestamp, schema } = step;
  return { name, topic, keySubject: `${topic}-key`, formats, window, keyColumns, valueColumns, extras, timestamp, schema, isTable: step.kind === 'tableSource' };
}

/** Rows of a repartition topic: the time is the record's, everything else is in the bytes. */
export function exchangeRecordLayout(exchange: Exchange): RecordLayout {
  const { schema, formats, keySubject } = exchangeLayout(exchange);
  return {
    name: exchange.step.name, topic: exchange.topic, keySubject, formats, window: schema.window, keyColumns: schema.key, valueColumns: schema.value, extras: [],
    timestamp: null, schema, isTable: exchange.step.kind === 'tableRepartition',
  };
}
