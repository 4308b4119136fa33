import { p, t, tableFunction, tableVariant, type Value } from '../define.js';
import { EvaluationError } from '../evaluation-error.js';

/** 2^20 rows for one record is where the limit of ksqlDB stands too. */
const MAX_COLUMNS = 20;

/** Counts in binary, the last column being the lowest bit; a bit keeps or nulls its column. Null columns have no bit: they would only repeat rows. */
function cube(columns: readonly (Value | null)[]): readonly (Value | null)[][] {
  if (columns.length > MAX_COLUMNS) throw new EvaluationError(`CUBE_EXPLODE takes at most ${MAX_COLUMNS} columns, not ${columns.length}.`);
  const filled = columns.flatMap((column, index) => (column === null ? [] : [index]));
  const rows: (Value | null)[][] = [];
  for (let kept = 0; kept < 2 ** filled.length; kept++) {
    const row = columns.map((): Value | null => null);
    filled.forEach((column, place) => {
      if ((kept >> (filled.length - 1 - place)) & 1) row[column] = columns[column] ?? null;
    });
    rows.push(row);
  }
  return rows;
}

export const cubeExplode = tableFunction({
  name: 'CUBE_EXPLODE',
  description: 'One row per combination of keeping or nulling each element, from all null to the full array.',
  examples: [{ sql: "CUBE_EXPLODE(ARRAY['a', 'b'])", result: '[null, null]\n[null, b]\n[a, null]\n[a, b]' }],
  variants: [
    tableVariant({
      parameters: [p.array(t.generic('T'), 'columns')],
      returns: t.array(t.generic('T')),
      bind: () => (columns) => (columns === null ? null : cube(columns)),
    }),
  ],
});
