import { describe, expect, test } from 'vitest';
import { OTHER, refusal, RIGHT, STREAM, TABLE } from './planning.js';

/** What is written after the declarations of S, R (streams), T, U (tables), and a part of the message that refuses it. */
type Case = readonly [sql: string, message: string];
const ALL = `${STREAM}\n${RIGHT}\n${TABLE}\n${OTHER}\n`;

function refused(cases: readonly Case[]): void {
  test.each(cases)('%s', (sql, message) => {
    expect(refusal(`${ALL}${sql}`)).toContain(message);
  });
}

describe('names', () => {
  refused([
    ['CREATE STREAM O AS SELECT * FROM NOPE;', 'Exception while preparing statement: NOPE does not exist.'],
    ['CREATE STREAM O AS SELECT * FROM `s`;', 'Did you mean S? Hint: try removing double quotes from the source name.'],
    ['CREATE STREAM O AS SELECT ID, NOPE FROM S;', "Line: 5, Col: 31: SELECT column 'NOPE' cannot be resolved."],
    ['CREATE STREAM O AS SELECT ID, X.A FROM S;', "'X' is not a valid stream/table name or alias."],
    ['CREATE STREAM O AS SELECT ID FROM S PARTITION BY NOPE;', "'NOPE' must be a column in the source schema since PARTITION BY is applied on the input."],
    ['CREATE STREAM O AS SELECT A FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID;', "Column 'A' is ambiguous. Could be R.A or S.A."],
    ['CREATE STREAM O AS SELECT ID, A AS ROWTIME FROM S;', '`ROWTIME` is a reserved column name. You cannot use it as an alias'],
    ['CREATE STREAM O AS SELECT ID, ROWTIME FROM S;', 'Reserved column name in select: `ROWTIME`.'],
    ['CREATE STREAM O AS SELECT ID, A->* FROM S;', 'Column `A` is not a STRUCT type.'],
    ['CREATE STREAM O AS SELECT ID, TRANSFORM(E, x => TRANSFORM(E, x => x)) FROM S;', 'Reusing lambda arguments in nested lambda is not allowed'],
  ]);
});

describe('keys of results', () => {
  refused([
    ['CREATE STREAM O AS SELECT A FROM S;', 'must include the key column ID in its projection (eg, SELECT ID...)'],
    ['CREATE STREAM O AS SELECT ID, ID AS K, A FROM S;', 'more than once, aliased as: ID and K.'],
    ['CREATE STREAM O AS SELECT ID, ID, A FROM S;', 'Duplicate key columns found in schema: `ID` INTEGER KEY'],
    ['CREATE STREAM O AS SELECT ID, A AS X, B AS X FROM S;', 'Duplicate value columns found in schema: `X` STRING'],
    ['CREATE STREAM O AS SELECT ID FROM S;', 'The projection contains no value columns.'],
    ['CREATE STREAM O AS SELECT S.A, R.C FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID;', 'the join expressions S.ID or R.ID in its projection'],
    ['CREATE STREAM O AS SELECT S.B, R.C FROM S FULL JOIN R WITHIN 1 HOUR ON S.ID = R.ID;', 'ROWKEY was added as a synthetic key column'],
    ['CREATE TABLE O AS SELECT COUNT(*) FROM S GROUP BY A;', 'the grouping expression A in its projection'],
    ['CREATE STREAM O AS SELECT ID, A FROM S PARTITION BY B, A;', 'the partitioning expressions S.B and S.A in its projection'],
    ['CREATE TABLE O AS SELECT U.ID, T.V FROM T JOIN U ON T.V = U.ID;', 'Missing column: `ID`.'],
  ]);
});

describe('groups', () => {
  refused([
    ['CREATE TABLE O AS SELECT A, B, COUNT(*) FROM S GROUP BY A;', 'Non-aggregate SELECT expression(s) not part of GROUP BY: B\n'],
    ['CREATE TABLE O AS SELECT A + 2, COUNT(*) FROM S GROUP BY A + 1;', 'not part of GROUP BY: (A + 2)'],
    ['CREATE TABLE O AS SELECT A, COUNT(*) FROM S GROUP BY A, S.A;', 'Duplicate GROUP BY expression: S.A'],
    ['CREATE TABLE O AS SELECT A FROM S GROUP BY A;', 'GROUP BY requires aggregate functions'],
    ['CREATE TABLE O AS SELECT A, NOPE(A) FROM S GROUP BY A;', "Can't find any functions with the name 'NOPE'"],
    ['CREATE TABLE O AS SELECT A, SUM(COUNT(*)) FROM S GROUP BY A;', 'Aggregate functions can not be nested: SUM(COUNT())'],
    ['CREATE TABLE O AS SELECT COUNT(*) FROM S;', 'does not support aggregate function [COUNT(ROWTIME)] without a GROUP BY clause.'],
    ['CREATE TABLE O AS SELECT V, MAX(ID) FROM T GROUP BY V;', 'The aggregation function MAX cannot be applied to a table source'],
    ['CREATE TABLE O AS SELECT A, EXPLODE(E), COUNT(*) FROM S GROUP BY A;', 'Table functions cannot be used with aggregations.'],
    ['CREATE STREAM O AS SELECT A, COUNT(*) FROM S GROUP BY A;', 'Your SELECT query produces a TABLE.'],
    ['CREATE TABLE O AS SELECT * FROM S;', 'Your SELECT query produces a STREAM.'],
    ['CREATE STREAM O AS SELECT ID, A FROM S WINDOW TUMBLING (SIZE 1 HOUR);', 'WINDOW clause requires a GROUP BY clause.'],
    ['CREATE TABLE O AS SELECT A, COUNT(*) FROM S GROUP BY A EMIT FINAL;', 'EMIT FINAL is only supported for windowed aggregations.'],
    ['CREATE TABLE O AS SELECT A, COUNT(*) FROM S WINDOW TUMBLING (SIZE 0 SECONDS) GROUP BY A;', 'Size must be positive'],
    ['CREATE TABLE O AS SELECT A, COUNT(WINDOWSTART) FROM S WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY A;', 'Window bounds column WINDOWSTART can only be used in the SELECT clause'],
    [
      'CREATE TABLE O AS SELECT A, COUNT(*) FROM S WINDOW TUMBLING (SIZE 10 SECONDS, RETENTION 5 SECONDS, GRACE PERIOD 1 SECOND) GROUP BY A;',
      'Got size=[10000], grace=[1000], retention=[5000]',
    ],
  ]);
});

describe('joins', () => {
  refused([
    ['CREATE STREAM O AS SELECT * FROM S JOIN R ON S.ID = R.ID;', 'Stream-Stream joins must have a WITHIN clause specified.'],
    ['CREATE STREAM O AS SELECT * FROM S JOIN T WITHIN 1 HOUR ON S.ID = T.ID;', 'A window definition was provided for a Stream-Table join.'],
    ['CREATE STREAM O AS SELECT * FROM S RIGHT JOIN T ON S.ID = T.ID;', 'Invalid join type encountered: RIGHT [OUTER] JOIN'],
    ['CREATE STREAM O AS SELECT * FROM S FULL JOIN T ON S.ID = T.ID;', 'full-outer join not supported for stream-table join. Got S [FULL] OUTER JOIN T.'],
    ['CREATE STREAM O AS SELECT * FROM T JOIN S ON S.ID = T.ID;', 'only stream-table joins. Got T [INNER] JOIN S.'],
    ['CREATE STREAM O AS SELECT * FROM S JOIN T ON S.A = T.V;', "join on the table's primary key. Got S.A = T.V."],
    ['CREATE STREAM O AS SELECT * FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.C;', 'Invalid join. Key types differ: INTEGER vs STRING'],
    ['CREATE TABLE O AS SELECT * FROM T JOIN U ON T.B = U.ID;', "types don't match. Got T.B{STRING} = U.ID{INTEGER}."],
    ['CREATE TABLE O AS SELECT * FROM T FULL JOIN U ON T.V = U.ID;', 'full-outer join not supported for foreign-key table-table join'],
    ['CREATE TABLE O AS SELECT * FROM T RIGHT JOIN U ON T.V = U.ID;', 'RIGHT OUTER JOIN on a foreign key is not supported'],
    ['CREATE TABLE O AS SELECT * FROM T JOIN T ON T.ID = T.ID;', "Can not join 'T' to 'T': self joins are not yet supported."],
    ['CREATE STREAM O AS SELECT * FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID AND S.A = R.A;', 'joins on multiple conditions are not yet supported.'],
    ['CREATE STREAM O AS SELECT * FROM S JOIN R WITHIN 1 HOUR ON S.ID = 1;', "Invalid comparison expression '1' in join '(S.ID = 1)'."],
    ['CREATE STREAM O AS SELECT * FROM S JOIN R WITHIN 1 HOUR ON S.ID = S.A;', 'Left side references `S` and right references `S`'],
  ]);

  test('partition counts must be equal', () => {
    const topics = { r: { partitions: 3, replicas: 1, retentionMs: null } };
    const sql = `${ALL}CREATE STREAM O AS SELECT * FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID;`;
    expect(refusal(sql, { topics })).toContain("Can't join `S` with `R` since the number of partitions don't match. `S` partitions = 4; `R` partitions = 3.");
  });
});

describe('expressions', () => {
  refused([
    ['CREATE STREAM O AS SELECT ID, NULL AS X FROM S;', "Can't infer a type of null."],
    ['CREATE STREAM O AS SELECT ID, CAST(A AS ARRAY<INT>) FROM S;', 'Invalid Select: Cast of INTEGER to ARRAY<INTEGER> is not supported. expression: CAST(A AS ARRAY<INTEGER>), schema:`ID` INTEGER KEY, `A` INTEGER'],
    ['CREATE STREAM O AS SELECT * FROM S WHERE A;', 'Type error in WHERE expression: Should evaluate to boolean but is A (INTEGER) instead.'],
    ["CREATE STREAM O AS SELECT * FROM S WHERE A > 'x';", "Error in WHERE expression: Cannot compare A (INTEGER) to 'x' (STRING) with GREATER_THAN."],
    ['CREATE STREAM O AS SELECT * FROM S WHERE EXPLODE(E) = 1;', "Invalid Predicate: Can't find any functions with the name 'EXPLODE'. expression: (EXPLODE(E) = 1), schema:"],
    ['CREATE TABLE O AS SELECT * FROM T WHERE COUNT(*) > 1;', "Invalid Predicate: Can't find any functions with the name 'COUNT'"],
    ['CREATE STREAM O AS SELECT ID, EXPLODE(EXPLODE(ARRAY[E])) FROM S;', 'Table functions cannot be nested: `EXPLODE`(`EXPLODE`())'],
    ['CREATE TABLE O AS SELECT ID, EXPLODE(ARRAY[V]) FROM T;', 'Table source is not supported with table functions'],
    ["CREATE STREAM O AS SELECT * FROM S WHERE ROWTIME > 'yesterday';", "Failed to parse timestamp 'yesterday'."],
  ]);
});
