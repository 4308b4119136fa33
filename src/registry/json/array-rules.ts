import { isList, type JsonDocument } from '../json-document.js';
import type { Comparison } from './comparison.js';
import { childOf, mapOf, type JsonNode } from './json-schema.js';

/** Items by their place, and what all others are. */
interface ItemModel {
  readonly node: JsonNode;
  readonly first: readonly JsonDocument[];
  /** false: there are no others. */
  readonly others: JsonDocument;
}

// A list in `items` is the older spelling of `prefixItems`; `additionalItems` then means the others.
function itemModel(node: JsonNode): ItemModel {
  const schema = mapOf(node);
  const [prefix, items] = [schema.get('prefixItems'), schema.get('items')];
  if (isList(prefix)) return { node, first: prefix, others: items ?? true };
  if (isList(items)) return { node, first: items, others: schema.get('additionalItems') ?? true };
  return { node, first: [], others: items ?? true };
}

const itemAt = (model: ItemModel, index: number): JsonNode => childOf(model.node, model.first[index] ?? model.others);

export function compareArrays(comparison: Comparison): void {
  const { place, report, compare } = comparison;
  const reader = itemModel(comparison.reader);
  const writer = itemModel(comparison.writer);
  for (let index = 0; index < Math.max(reader.first.length, writer.first.length); index += 1) compare(itemAt(reader, index), itemAt(writer, index), `${place}/items/${index}`);
  compare(childOf(reader.node, reader.others), childOf(writer.node, writer.others), `${place}/items`);
  if (mapOf(comparison.reader).get('uniqueItems') === true && mapOf(comparison.writer).get('uniqueItems') !== true) {
    report('UNIQUE_ITEMS_ADDED', `${place}/uniqueItems`, 'Items must differ now');
  }
}
