import type { Dice } from './dice.js';
import { grouped, ofTable, sessions, unwindowed, windowed } from './oracle/aggregates.js';
import { consumptionOrder, type Event, type ExpectedRow, type InputRecord } from './oracle/events.js';
import { foreignKey, returnsElsewhere, streamStream, streamTable, tableTable, type JoinKind } from './oracle/joins.js';

type Phases = readonly (readonly InputRecord[])[];

/** A source topic: records of streams are facts, of tables changes of rows. */
export interface SourceTopic {
  readonly topic: string;
  readonly kind: 'STREAM' | 'TABLE';
}
/** What one seed runs and what must come out of it. */
export interface Shape {
  readonly name: string;
  readonly sources: readonly SourceTopic[];
  /** One request each. */
  readonly statements: readonly string[];
  /** Source topics of each query, in the order of its sources. */
  readonly queries: readonly (readonly string[])[];
  readonly sink: string;
  readonly window: 'none' | 'time' | 'session';
  /** `sequence`: each key's rows in order. `rows`: all rows, in any order. `last`: each key's last row. */
  readonly compare: 'sequence' | 'rows' | 'last';
  readonly comparesTime: boolean;
  /** Table records are all processed before stream records are written: the order between them is not given otherwise. */
  readonly tablesFirst: boolean;
  /** The table to pull at the end. */
  readonly pull: string | null;
  expected(phases: Phases): { readonly rows: readonly ExpectedRow[]; readonly late: number };
  /** Keys whose last row depends on what was under way when. */
  undecided(phases: Phases): ReadonlySet<string>;
}

export interface ShapeChoice {
  readonly partitions: number;
  readonly caching: boolean;
}

const VALUES = 'G STRING, N INT, A ARRAY<INT>';
export const SUMMARY = 'COUNT(*) AS C, SUM(N) AS S, MIN(N) AS MI, MAX(N) AS MA, LATEST_BY_OFFSET(N) AS L';

function declare(source: SourceTopic, partitions: number): string {
  const key = source.kind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  return `CREATE ${source.kind} ${source.topic} (K STRING ${key}, ${VALUES}) WITH (KAFKA_TOPIC='${source.topic}', VALUE_FORMAT='JSON', PARTITIONS=${partitions});`;
}
export const stream = (topic: string): SourceTopic => ({ topic, kind: 'STREAM' });
export const table = (topic: string): SourceTopic => ({ topic, kind: 'TABLE' });

export interface Single {
  readonly name: string;
  readonly sources: readonly SourceTopic[];
  readonly query: string;
  readonly compare: Shape['compare'];
  readonly window?: Shape['window'];
  readonly comparesTime?: boolean;
  readonly tablesFirst?: boolean;
  readonly isTable?: boolean;
  readonly undecided?: (phases: Phases) => ReadonlySet<string>;
  readonly expected: (events: readonly Event[]) => readonly ExpectedRow[] | { readonly rows: readonly ExpectedRow[]; readonly late: number };
}

/** One query from declared sources to OUT. */
export function single(choice: ShapeChoice, made: Single): Shape {
  const topics = made.sources.map((source) => source.topic);
  const isTable = made.isTable ?? false;
  return {
    name: made.name,
    sources: made.sources,
    statements: [...made.sources.map((source) => declare(source, choice.partitions)), `CREATE ${isTable ? 'TABLE' : 'STREAM'} ${made.query};`],
    queries: [topics],
    sink: 'OUT',
    window: made.window ?? 'none',
    compare: made.compare,
    comparesTime: made.comparesTime ?? true,
    tablesFirst: made.tablesFirst ?? false,
    // Final results are shown when windows close; their store holds the open ones too.
    pull: isTable && !made.query.includes('EMIT FINAL') ? 'OUT' : null,
    expected: (phases) => {
      const result = made.expected(consumptionOrder(topics, phases));
      return 'rows' in result ? result : { rows: result, late: 0 };
    },
    undecided: made.undecided ?? (() => new Set()),
  };
}

function filter(dice: Dice, choice: ShapeChoice): Shape {
  const above = dice.between(-5, 5);
  return single(choice, {
    name: `filter N > ${above}`, sources: [stream('S1')], compare: 'sequence',
    query: `OUT AS SELECT K, G AS H, N * 2 + 1 AS M FROM S1 WHERE N > ${above}`,
    expected: (events) => events.flatMap(({ key, value, ts }) => (value === null || value.N === null || value.N <= above ? [] : [{ key, value: { H: value.G, M: value.N * 2 + 1 }, ts }])),
  });
}

function project(_dice: Dice, choice: ShapeChoice): Shape {
  return single(choice, {
    name: 'project and re-key', sources: [stream('S1')], compare: 'sequence',
    query: 'OUT AS SELECT K, G, N AS M FROM S1 PARTITION BY G',
    expected: (events) => events.map(({ key, value, ts }) => ({ key: value?.G ?? null, value: value === null ? null : { K: key, M: value.N }, ts })),
  });
}

function explode(_dice: Dice, choice: ShapeChoice): Shape {
  return single(choice, {
    name: 'explode', sources: [stream('S1')], compare: 'sequence',
    query: 'OUT AS SELECT K, EXPLODE(A) AS X FROM S1',
    expected: (events) => events.flatMap(({ key, value, ts }) => (value?.A ?? []).map((X) => ({ key, value: { X }, ts }))),
  });
}

function aggregate(dice: Dice, choice: ShapeChoice): Shape {
  const by = dice.pick(['K', 'G'] as const);
  const base = { sources: [stream('S1')], isTable: true, compare: choice.caching ? ('last' as const) : ('sequence' as const) };
  const query = (window: string, emit = ''): string => `OUT AS SELECT ${by}, ${SUMMARY} FROM S1 ${window} GROUP BY ${by}${emit}`;
  const records = (events: readonly Event[]) => grouped(events, by, choice.partitions);
  const kind = dice.pick(['all', 'tumbling', 'hopping', 'session'] as const);
  if (kind === 'all') return single(choice, { ...base, name: `aggregate by ${by}`, query: query(''), expected: (events) => unwindowed(records(events)) });
  const final = dice.chance(0.5);
  const grace = dice.pick([0, 5, 30, 200]);
  const size = dice.pick([5, 20, 60]);
  const emit = final ? ' EMIT FINAL' : '';
  const compare = final ? ('sequence' as const) : base.compare;
  const name = `${kind} by ${by} size ${size} grace ${grace}${emit}`;
  const period = `GRACE PERIOD ${grace} MILLISECONDS`;
  if (kind === 'session') {
    return single(choice, {
      ...base, compare, window: 'session', name,
      query: query(`WINDOW SESSION (${size} MILLISECONDS, ${period})`, emit),
      expected: (events) => sessions(records(events), size, grace, final),
    });
  }
  const advance = kind === 'tumbling' ? size : dice.pick([Math.ceil(size / 2), Math.ceil(size / 3), size]);
  const window = kind === 'tumbling' ? `TUMBLING (SIZE ${size} MILLISECONDS, ${period})` : `HOPPING (SIZE ${size} MILLISECONDS, ADVANCE BY ${advance} MILLISECONDS, ${period})`;
  return single(choice, {
    ...base, compare, window: 'time', name: `${name} advance ${advance}`,
    query: query(`WINDOW ${window}`, emit),
    expected: (events) => windowed(records(events), { size, advance, grace, final }),
  });
}

function joinStreamTable(dice: Dice, choice: ShapeChoice): Shape {
  const by = dice.pick(['K', 'G'] as const);
  const kind = dice.pick(['INNER', 'LEFT'] as const);
  return single(choice, {
    name: `stream-table ${kind} by ${by}`, sources: [stream('S1'), table('T1')], compare: 'sequence', tablesFirst: by === 'G',
    query: `OUT AS SELECT S1.${by} AS J, S1.N AS N1, T1.N AS N2 FROM S1 ${kind} JOIN T1 ON S1.${by} = T1.K`,
    expected: (events) => streamTable(events, kind, by),
  });
}

function joinStreams(dice: Dice, choice: ShapeChoice): Shape {
  const kind: JoinKind = dice.pick(['INNER', 'LEFT', 'FULL']);
  const within = dice.pick([5, 20, 60]);
  const grace = dice.pick([0, 10, 100]);
  const key = kind === 'FULL' ? 'ROWKEY AS J' : 'A.K AS J';
  return single(choice, {
    name: `stream-stream ${kind} within ${within} grace ${grace}`, sources: [stream('S1'), stream('S2')], compare: 'sequence',
    query: `OUT AS SELECT ${key}, A.N AS N1, B.N AS N2 FROM S1 A ${kind === 'FULL' ? 'FULL OUTER' : kind} JOIN S2 B WITHIN ${within} MILLISECONDS GRACE PERIOD ${grace} MILLISECONDS ON A.K = B.K`,
    expected: (events) => streamStream(events, kind, within, grace),
  });
}

function joinTables(dice: Dice, choice: ShapeChoice): Shape {
  const kind: JoinKind = dice.pick(['INNER', 'LEFT', 'FULL']);
  const key = kind === 'FULL' ? 'ROWKEY AS J' : 'A.K AS J';
  return single(choice, {
    name: `table-table ${kind}`, sources: [table('T1'), table('T2')], compare: choice.caching ? 'last' : 'sequence', isTable: true, comparesTime: false,
    query: `OUT AS SELECT ${key}, A.N AS N1, B.N AS N2 FROM T1 A ${kind === 'FULL' ? 'FULL OUTER' : kind} JOIN T2 B ON A.K = B.K`,
    expected: (events) => tableTable(events, kind),
  });
}

function joinForeign(dice: Dice, choice: ShapeChoice): Shape {
  const kind = dice.pick(['INNER', 'LEFT'] as const);
  return single(choice, {
    name: `foreign key ${kind}`, sources: [table('T1'), table('T2')], compare: 'last', isTable: true, comparesTime: false,
    query: `OUT AS SELECT A.K, A.N AS N1, B.N AS N2 FROM T1 A ${kind} JOIN T2 B ON A.G = B.K`,
    expected: (events) => foreignKey(events, kind),
    // As in Kafka Streams: nobody answers an insert whose right row is missing, and the answer to the delete before it is stale by then.
    undecided: (phases) => (kind === 'INNER' ? new Set(phases.flatMap((phase) => returnsElsewhere(consumptionOrder(['T1'], [phase])))) : new Set()),
  });
}

function aggregateTable(_dice: Dice, choice: ShapeChoice): Shape {
  return single(choice, {
    name: 'table aggregate', sources: [table('T1')], compare: choice.caching ? 'last' : 'sequence', isTable: true,
    query: 'OUT AS SELECT G, COUNT(*) AS C, SUM(N) AS S FROM T1 GROUP BY G',
    comparesTime: !choice.caching,
    expected: ofTable,
  });
}

function inserts(_dice: Dice, choice: ShapeChoice): Shape {
  const rows = (topic: string, from: string) => (phases: Phases): ExpectedRow[] =>
    consumptionOrder([topic], phases).flatMap(({ key, value, ts }) => (value === null || value.N === null ? [] : [{ key, value: { F: from, M: value.N }, ts }]));
  return {
    name: 'insert into, several writers',
    sources: [stream('S1'), stream('S2')],
    statements: [
      declare(stream('S1'), choice.partitions),
      declare(stream('S2'), choice.partitions),
      `CREATE STREAM OUT (K STRING KEY, F STRING, M INT) WITH (KAFKA_TOPIC='OUT', VALUE_FORMAT='JSON', PARTITIONS=${choice.partitions});`,
      "INSERT INTO OUT SELECT K, 'one' AS F, N AS M FROM S1 WHERE N IS NOT NULL; INSERT INTO OUT SELECT K, 'two' AS F, N AS M FROM S2 WHERE N IS NOT NULL;",
      "INSERT INTO OUT SELECT K, 'three' AS F, N AS M FROM S1 WHERE N IS NOT NULL;",
    ],
    queries: [['S1'], ['S2'], ['S1']],
    sink: 'OUT', window: 'none', compare: 'rows', comparesTime: true, tablesFirst: false, pull: null,
    undecided: () => new Set(),
    expected: (phases) => ({ rows: [...rows('S1', 'one')(phases), ...rows('S2', 'two')(phases), ...rows('S1', 'three')(phases)], late: 0 }),
  };
}

function chain(_dice: Dice, choice: ShapeChoice): Shape {
  return {
    name: 'filter, re-key, count in three queries',
    sources: [stream('S1')],
    statements: [
      declare(stream('S1'), choice.partitions),
      'CREATE STREAM M1 AS SELECT K, G, N FROM S1 WHERE N > 0;',
      'CREATE STREAM M2 AS SELECT G, N FROM M1 PARTITION BY G; CREATE TABLE OUT AS SELECT G, COUNT(*) AS C, SUM(N) AS S FROM M2 GROUP BY G;',
    ],
    queries: [['S1'], [], []],
    sink: 'OUT', window: 'none', compare: 'last', comparesTime: false, tablesFirst: false, pull: 'OUT',
    undecided: () => new Set(),
    expected: (phases) => {
      const kept = consumptionOrder(['S1'], phases).filter((event) => (event.value?.N ?? 0) > 0);
      const rows = unwindowed(grouped(kept, 'G', choice.partitions));
      return { rows: rows.map((row) => ({ ...row, value: { C: row.value?.['C'] ?? null, S: row.value?.['S'] ?? null } })), late: 0 };
    },
  };
}

const SHAPES = [
  filter, project, explode, aggregate, aggregate, aggregate, aggregate, joinStreamTable, joinStreams, joinStreams, joinTables, joinForeign, aggregateTable, inserts, chain,
] as const;

/** Draws what a seed runs. */
export function drawShape(dice: Dice, choice: ShapeChoice): Shape {
  return dice.pick(SHAPES)(dice, choice);
}
