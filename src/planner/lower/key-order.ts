import type { BoundExpression } from '../../expr/index.js';
import type { OutputItem } from '../bind/select-items.js';
import { selectKey } from './rekey.js';
import type { Relation } from './relation.js';

/** `ksql.new.query.planner.enabled`: the key columns of a stream stand in the order in which they are selected. */
export function keyInSelectOrder(relation: Relation, items: readonly OutputItem[]): Relation {
  const { key, window } = relation.layout.schema;
  if (relation.kind !== 'stream' || window !== null) return relation;
  const selected = items.map((item) => key.findIndex((column) => column.name === item.name)).filter((index) => index >= 0);
  const order = [...new Set(selected)];
  if (order.length !== key.length || order.every((index, place) => index === place)) return relation;
  const ordered = order.flatMap((index) => {
    const column = key[index];
    if (column === undefined) return [];
    const expression: BoundExpression = { kind: 'column', side: 'key', index, name: column.name, type: column.type };
    return [{ column, expression }];
  });
  return selectKey(relation, 'KeyOrder', ordered, []);
}
