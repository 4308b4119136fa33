import { open, p, scalar, t, variant } from '../../src/index.js';

/** A user function: which step of the shop a page belongs to. Its types are checked by SQL and by TypeScript alike. */
const funnelStep = scalar({
  name: 'FUNNEL_STEP',
  category: 'STRING',
  description: 'The step of the shop that a page belongs to, from 1 (landing) to 4 (paid); null elsewhere.',
  examples: [],
  variants: [
    variant({
      parameters: [p.string('path')],
      returns: t.integer,
      nulls: 'propagate',
      evaluate: (path) => {
        const step = ['/', '/product', '/cart', '/paid'].findLastIndex((prefix) => path === prefix || (prefix !== '/' && path.startsWith(`${prefix}/`)));
        return step < 0 ? null : step + 1;
      },
    }),
  ],
});

const STATEMENTS = `
CREATE STREAM clicks (visitor STRING KEY, path STRING) WITH (kafka_topic = 'clicks', value_format = 'JSON', partitions = 1);
CREATE STREAM steps AS SELECT visitor, FUNNEL_STEP(path) AS step FROM clicks WHERE FUNNEL_STEP(path) IS NOT NULL;

-- How far each visit went: clicks of a visitor with less than half an hour between them.
CREATE TABLE visits AS
  SELECT visitor, MAX(step) AS furthest, COUNT(*) AS clicks
  FROM steps WINDOW SESSION (30 MINUTES, RETENTION 2 DAYS, GRACE PERIOD 1 DAY)
  GROUP BY visitor;

-- How many clicks each step had, hour by hour.
CREATE TABLE step_hours AS
  SELECT step, COUNT(*) AS clicks, COUNT_DISTINCT(visitor) AS visitors
  FROM steps WINDOW TUMBLING (SIZE 1 HOUR, RETENTION 2 DAYS)
  GROUP BY step;
`;

const db = await open({ memory: true, functions: [funnelStep], properties: { 'ksql.streams.auto.offset.reset': 'earliest' } });
await db.execute(STATEMENTS);

const NOON = Date.UTC(2024, 4, 6, 12);
const click = (visitor: string, minute: number, path: string): { VISITOR: string; PATH: string; ROWTIME: number } => ({
  VISITOR: visitor,
  PATH: path,
  ROWTIME: NOON + minute * 60_000,
});
await db.insert('CLICKS', [
  click('ann', 0, '/'), click('bob', 1, '/'), click('ann', 2, '/product/7'), click('cem', 3, '/product/7'),
  click('ann', 5, '/cart'), click('bob', 6, '/help'), click('ann', 8, '/paid'), click('cem', 20, '/product/9'),
  click('bob', 70, '/'), click('bob', 75, '/product/9'), click('bob', 80, '/cart'), click('cem', 85, '/'),
]);
await db.whenIdle();

const time = (ms: unknown): string => (typeof ms === 'number' ? new Date(ms).toISOString().slice(11, 16) : '');
const visits: string[] = [];
for await (const row of await db.query<{ VISITOR: string; WINDOWSTART: number; FURTHEST: number; CLICKS: number }>('SELECT * FROM visits;')) {
  visits.push(`${row.VISITOR} from ${time(row.WINDOWSTART)}: step ${row.FURTHEST} after ${row.CLICKS} clicks`);
}
console.log(`Visits\n${visits.toSorted().map((line) => `  ${line}`).join('\n')}`);

const hours: string[] = [];
for await (const row of await db.query<{ STEP: number; WINDOWSTART: number; CLICKS: number; VISITORS: number }>('SELECT * FROM step_hours;')) {
  hours.push(`${time(row.WINDOWSTART)} step ${row.STEP}: ${row.CLICKS} clicks by ${row.VISITORS} visitors`);
}
console.log(`Steps by hour\n${hours.toSorted().map((line) => `  ${line}`).join('\n')}`);
await db.close();
