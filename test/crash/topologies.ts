import { grouped, sessions, windowed } from '../sim/oracle/aggregates.js';
import { foreignKey, streamStream, streamTable, tableTable } from '../sim/oracle/joins.js';
import { single, stream, SUMMARY, table, type Shape } from '../sim/shapes.js';

export const PARTITIONS = 3;
const choice = { partitions: PARTITIONS, caching: true };

/** What is run and killed. Tables that a stream is joined with are written before the stream. */
export const TOPOLOGIES: readonly Shape[] = [
  single(choice, {
    name: 'stateless', sources: [stream('S1')], compare: 'sequence',
    query: 'OUT AS SELECT K, G AS H, N * 2 + 1 AS M FROM S1 WHERE N > 0',
    expected: (events) => events.flatMap(({ key, value, ts }) => (value === null || (value.N ?? 0) <= 0 ? [] : [{ key, value: { H: value.G, M: (value.N ?? 0) * 2 + 1 }, ts }])),
  }),
  single(choice, {
    name: 'tumbling', sources: [stream('S1')], compare: 'last', window: 'time', isTable: true,
    query: `OUT AS SELECT K, ${SUMMARY} FROM S1 WINDOW TUMBLING (SIZE 50 MILLISECONDS, GRACE PERIOD 20 MILLISECONDS) GROUP BY K`,
    expected: (events) => windowed(grouped(events, 'K', PARTITIONS), { size: 50, advance: 50, grace: 20, final: false }),
  }),
  single(choice, {
    name: 'hopping, final', sources: [stream('S1')], compare: 'sequence', window: 'time', isTable: true,
    query: `OUT AS SELECT K, ${SUMMARY} FROM S1 WINDOW HOPPING (SIZE 60 MILLISECONDS, ADVANCE BY 20 MILLISECONDS, GRACE PERIOD 30 MILLISECONDS) GROUP BY K EMIT FINAL`,
    expected: (events) => windowed(grouped(events, 'K', PARTITIONS), { size: 60, advance: 20, grace: 30, final: true }),
  }),
  single(choice, {
    name: 'repartition, stream-table join', sources: [stream('S1'), table('T1')], compare: 'rows', tablesFirst: true,
    query: 'OUT AS SELECT S1.G AS J, S1.N AS N1, T1.N AS N2 FROM S1 LEFT JOIN T1 ON S1.G = T1.K',
    expected: (events) => streamTable(events, 'LEFT', 'G'),
  }),
  single(choice, {
    name: 'session', sources: [stream('S1')], compare: 'last', window: 'session', isTable: true,
    query: `OUT AS SELECT K, ${SUMMARY} FROM S1 WINDOW SESSION (15 MILLISECONDS, GRACE PERIOD 40 MILLISECONDS) GROUP BY K`,
    expected: (events) => sessions(grouped(events, 'K', PARTITIONS), 15, 40, false),
  }),
  single(choice, {
    name: 'stream-stream join', sources: [stream('S1'), stream('S2')], compare: 'rows',
    query: 'OUT AS SELECT A.K AS J, A.N AS N1, B.N AS N2 FROM S1 A LEFT JOIN S2 B WITHIN 6 MILLISECONDS GRACE PERIOD 10 MILLISECONDS ON A.K = B.K',
    expected: (events) => streamStream(events, 'LEFT', 6, 10),
  }),
  single(choice, {
    name: 'foreign-key join', sources: [table('T1'), table('T2')], compare: 'last', isTable: true, comparesTime: false,
    query: 'OUT AS SELECT A.K, A.N AS N1, B.N AS N2 FROM T1 A JOIN T2 B ON A.G = B.K',
    expected: (events) => foreignKey(events, 'INNER'),
  }),
  single(choice, {
    name: 'table-table join', sources: [table('T1'), table('T2')], compare: 'last', isTable: true, comparesTime: false,
    query: 'OUT AS SELECT A.K AS J, A.N AS N1, B.N AS N2 FROM T1 A LEFT JOIN T2 B ON A.K = B.K',
    expected: (events) => tableTable(events, 'LEFT'),
  }),
];
