import type { QueryStatus } from '../src/engine/index.js';

/** What a running query has done so far. */
export interface QueryLoad {
  readonly queryId: string;
  readonly state: string;
  /** Records. */
  readonly read: number;
  readonly written: number;
  /** Records still to read. */
  readonly lag: number;
  readonly late: number;
  readonly errors: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function loadOf({ queryId, state, metrics, tasks }: QueryStatus): QueryLoad {
  return {
    queryId,
    state,
    read: metrics.recordsIn,
    written: metrics.recordsOut,
    lag: sum(tasks.flatMap(({ inputs }) => inputs.map(({ position, end }) => Math.max(0, end - position)))),
    late: metrics.lateDropped,
    errors: sum(Object.values(metrics.errorsByType)),
  };
}

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

function samplesIn(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\w+)\{(.*)\} (\S+)$/.exec(line);
    if (match === null) return [];
    const labels = new Map([...(match[2] ?? '').matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)].map(([, name = '', value = '']) => [name, value] as const));
    return [{ name: match[1] ?? '', labels, value: Number(match[3]) }];
  });
}

/** The same from a server's metrics page. */
export function loadsOfMetrics(text: string): readonly QueryLoad[] {
  const samples = samplesIn(text);
  const total = (name: string, id: string): number => sum(samples.filter((sample) => sample.name === name && sample.labels.get('query_id') === id).map((sample) => sample.value));
  return samples
    .filter((sample) => sample.name === 'ksql_query_state' && sample.value === 1)
    .map(({ labels }) => {
      const queryId = labels.get('query_id') ?? '';
      return {
        queryId,
        state: labels.get('state') ?? '',
        read: total('ksql_query_records_consumed_total', queryId),
        written: total('ksql_query_records_emitted_total', queryId),
        lag: total('ksql_query_lag_records', queryId),
        late: total('ksql_late_records_dropped_total', queryId),
        errors: total('ksql_processing_errors_total', queryId),
      };
    });
}
