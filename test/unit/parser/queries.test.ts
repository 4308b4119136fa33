import { describe, expect, test } from 'vitest';
import { parseStatement, printStatement, type Query } from '../../../src/parser/index.js';
import { bare } from './bare.js';

function query(text: string): Query {
  const statement = parseStatement(text);
  if (statement.kind !== 'query') throw new Error(statement.kind);
  return statement;
}

test('all clauses in their order', () => {
  const text =
    'SELECT A, COUNT(*) AS N FROM S WINDOW TUMBLING (SIZE 1 HOURS) WHERE (A > 1) GROUP BY A PARTITION BY B HAVING (COUNT() > 1) EMIT FINAL LIMIT 5;';
  expect(printStatement(query(text))).toBe(text.replace('COUNT(*)', 'COUNT()'));
  expect(() => query('SELECT A FROM S LIMIT 1 WHERE A = 1;')).toThrow('Syntax Error');
});

describe('select items', () => {
  test('stars of all kinds', () => {
    expect(bare(query('SELECT *, s.*, a->*, f(x)->b->* FROM s;').select)).toMatchObject([
      { kind: 'star', source: null }, { kind: 'star', source: 'S' }, { kind: 'structStar', base: { kind: 'column' } },
      { kind: 'structStar', base: { kind: 'dereference' } },
    ]);
  });
  test('aliases with and without AS', () => {
    expect(query('SELECT a b, c AS `d`, e emit FROM s;').select.map((item) => item.kind === 'item' && item.alias)).toEqual(['B', 'd', 'EMIT']);
  });
  test('->* binds to one value only', () => {
    for (const text of ['-a->*', 'NOT a->*', 'a + b->*', 'a = b->*']) expect(() => query(`SELECT ${text} FROM s;`)).toThrow("at or near '*'");
    expect(() => query('SELECT (a)->* FROM s;')).not.toThrow();
  });
});

describe('sources', () => {
  test('EMIT and PARTITION begin a clause where one follows, else they are aliases', () => {
    expect(query('SELECT * FROM s EMIT CHANGES;')).toMatchObject({ emit: 'CHANGES', from: { alias: null } });
    expect(query('SELECT * FROM s EMIT EMIT CHANGES;')).toMatchObject({ emit: 'CHANGES', from: { alias: 'EMIT' } });
    expect(query('SELECT * FROM s PARTITION BY a;')).toMatchObject({ from: { alias: null } });
    expect(query('SELECT * FROM s partition;')).toMatchObject({ emit: null, from: { alias: 'PARTITION' } });
  });
  test('joins lean to the left', () => {
    const { from } = query(
      'SELECT * FROM a JOIN b WITHIN 1 HOUR ON a.x = b.x LEFT OUTER JOIN c AS d WITHIN (1 DAY, 2 DAYS) GRACE PERIOD 5 SECONDS ON a.x = d.x FULL JOIN e ON a.x = e.x;',
    );
    expect(bare(from)).toMatchObject({
      type: 'FULL',
      within: null,
      left: {
        type: 'LEFT', right: { name: 'C', alias: 'D' }, within: { before: { ms: 86_400_000 }, after: { ms: 172_800_000 }, grace: { ms: 5000 } },
        left: { type: 'INNER', within: { before: { value: 1, unit: 'HOURS' }, after: { ms: 3_600_000 }, grace: null } },
      },
    });
  });
  test('qualifiers must be names or aliases of the statement', () => {
    expect(() => query('SELECT s.a, t.b FROM s AS t;')).not.toThrow();
    expect(() => query('SELECT x.a FROM s;')).toThrow("Failed to prepare statement: 'X' is not a valid stream/table name or alias.");
    expect(() => query('SELECT x.* FROM s;')).toThrow("'X' is not a valid");
    expect(() => query('SELECT * FROM a JOIN b ON a.x = q.x JOIN q ON a.x = q.x;')).not.toThrow();
  });
});

describe('windows', () => {
  test('all kinds with their options', () => {
    expect(query('SELECT * FROM s WINDOW HOPPING (SIZE 1 MINUTE, ADVANCE BY 10 SECONDS, RETENTION 1 DAY, GRACE PERIOD 0 SECONDS) GROUP BY a;').window).toMatchObject({
      type: 'HOPPING', size: { ms: 60_000 }, advance: { ms: 10_000 }, retention: { ms: 86_400_000 }, grace: { ms: 0 },
    });
    expect(query('SELECT * FROM s WINDOW SESSION (5 MINUTES, GRACE PERIOD 1 HOUR) GROUP BY a;').window).toMatchObject({ type: 'SESSION', size: { ms: 300_000 }, retention: null });
    expect(query('SELECT * FROM s WINDOW session TUMBLING (SIZE 30 MILLISECONDS) GROUP BY a;').window).toMatchObject({ type: 'TUMBLING', size: { ms: 30 } });
  });
  test('the span of a window begins behind the word WINDOW', () => expect(query('SELECT a FROM s WINDOW TUMBLING (SIZE 1 DAY);').window?.span.column).toBe(23));
  test('only whole numbers of known units', () => {
    expect(() => query('SELECT * FROM s WINDOW TUMBLING (SIZE 1.5 DAYS);')).toThrow('Value must be integer for command: SIZE');
    expect(() => query('SELECT * FROM s WINDOW TUMBLING (SIZE 1 WEEK);')).toThrow('Syntax Error');
    expect(() => query('SELECT * FROM s WINDOW TUMBLING (SIZE 1 DAY, GRACE PERIOD -1 DAY);')).toThrow('Grace period must not be negative.');
  });
});

describe('GROUP BY and PARTITION BY', () => {
  test.each([
    ['(a, b)', 2], ['a, b', 2], ['(a), b', 2], ['(a + b) * 2', 1], ['(f(a, b))', 1], ['()', 0], ['(f(a, b), c)', 2],
  ])('%s', (text, count) => expect(query(`SELECT * FROM s GROUP BY ${text};`).groupBy?.expressions).toHaveLength(count));
});

test('LIMIT takes integers, also negative ones', () => {
  expect(query('SELECT * FROM s LIMIT -1;').limit).toBe(-1);
  expect(() => query('SELECT * FROM s LIMIT 2.5;')).toThrow('Failed to prepare statement: Value must be integer for command: LIMIT');
});
