import { valueToText, type SqlType } from '../../../types/index.js';
import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t, type Value } from '../../define.js';
import type { CallSite } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';

const JOINABLE: ReadonlySet<SqlType['kind']> = new Set(['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL', 'STRING']);

/** As in ksqlDB, elements of other types fail the row that holds them, not the statement. */
function elementText({ argumentTypes }: CallSite): (item: Value | null) => string {
  const { item: type } = arrayTypeOf(argumentTypes[0]);
  const text = valueToText(type);
  const isJoinable = JOINABLE.has(type.kind);
  return (item) => {
    if (item === null) return 'null';
    if (!isJoinable) throw new EvaluationError(`ARRAY_JOIN cannot join elements of type ${type.kind}.`);
    return text(item);
  };
}

export const arrayJoin = scalar({
  name: 'ARRAY_JOIN',
  category: 'ARRAY',
  description: 'The elements as one text, separated by the delimiter (a comma when not given). Null elements print as `null`.',
  examples: [
    { sql: "ARRAY_JOIN(ARRAY[1, NULL, 3])", result: '1,null,3' },
    { sql: "ARRAY_JOIN(ARRAY['a', 'b'], ' - ')", result: 'a - b' },
  ],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items')],
      returns: t.string,
      nulls: 'propagate',
      bind: (site) => {
        const text = elementText(site);
        return (items) => items.map(text).join(',');
      },
    }),
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items'), p.string('delimiter', 'null is the same as an empty one')],
      returns: t.string,
      nulls: 'called',
      bind: (site) => {
        const text = elementText(site);
        return (items, delimiter) => (items === null ? null : items.map(text).join(delimiter ?? ''));
      },
    }),
  ],
});
