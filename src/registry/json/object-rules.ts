import { RE2JS } from 're2js';
import { isMap, textsOf, type JsonDocument, type JsonMap } from '../json-document.js';
import type { Comparison } from './comparison.js';
import { acceptsAll, childOf, followed, mapOf, type JsonNode } from './json-schema.js';

/** What an object's schema says about properties: those it names, and all others. */
interface ContentModel {
  readonly node: JsonNode;
  readonly properties: JsonMap;
  readonly patterns: JsonMap;
  readonly required: ReadonlySet<string>;
  /** false: no others. */
  readonly others: JsonDocument;
  /** Others may be anything. */
  readonly isOpen: boolean;
}

const NONE: JsonMap = new Map();

function contentModel(node: JsonNode): ContentModel {
  const schema = mapOf(node);
  const [properties, patterns, others = true] = [schema.get('properties'), schema.get('patternProperties'), schema.get('additionalProperties')];
  const patternMap = isMap(patterns) ? patterns : NONE;
  return {
    node,
    properties: isMap(properties) ? properties : NONE,
    patterns: patternMap,
    required: new Set(textsOf(schema.get('required'))),
    others,
    isOpen: patternMap.size === 0 && acceptsAll(childOf(node, others)),
  };
}

// Patterns are users' texts: RE2 takes linear time. One that it cannot read matches nothing.
function matches(pattern: string, name: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(name).find();
  } catch {
    return false;
  }
}

/** The schema that an unnamed property falls under; false: it is refused. */
function covering(model: ContentModel, name: string): JsonNode {
  const [, found = model.others] = [...model.patterns].find(([pattern]) => matches(pattern, name)) ?? [];
  return childOf(model.node, found);
}

/** Properties, named and unnamed, and which of them must be there. */
export function compareObjects(comparison: Comparison): void {
  const reader = contentModel(comparison.reader);
  const writer = contentModel(comparison.writer);
  for (const [name, property] of writer.properties) {
    const place = `${comparison.place}/properties/${name}`;
    const kept = reader.properties.get(name);
    if (kept === undefined) compareRemoved(comparison, reader, name, childOf(writer.node, property));
    else comparison.compare(childOf(reader.node, kept), childOf(writer.node, property), place);
  }
  for (const [name, property] of reader.properties) if (!writer.properties.has(name)) compareAdded(comparison, { reader, writer, name, property });
  compareRequired(comparison, reader, writer);
  compareOthers(comparison, reader, writer);
  compareDependencies(comparison);
}

function compareRemoved({ place, report, tryOut }: Comparison, reader: ContentModel, name: string, property: JsonNode): void {
  if (reader.isOpen) return;
  const cover = covering(reader, name);
  if (tryOut(cover, property).length === 0) return;
  const type = followed(cover).document === false ? 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL' : 'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL';
  report(type, `${place}/properties/${name}`, `The property "${name}" is missing, and the schema without it does not accept what it held`);
}

interface Added {
  readonly reader: ContentModel;
  readonly writer: ContentModel;
  readonly name: string;
  readonly property: JsonDocument;
}

function compareAdded({ place, report, tryOut }: Comparison, { reader, writer, name, property }: Added): void {
  const added = childOf(reader.node, property);
  const at = `${place}/properties/${name}`;
  const cover = covering(writer, name);
  if (writer.isOpen) {
    if (!acceptsAll(added)) report('PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL', at, `The property "${name}" was added, but documents may hold anything of that name already`);
    return;
  }
  if (followed(cover).document === false) {
    if (reader.required.has(name) && !hasDefault(added)) report('REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL', at, `The required property "${name}" was added without a default`);
    return;
  }
  if (tryOut(added, cover).length > 0) report('PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', at, `The property "${name}" was added, but documents may hold something else of that name already`);
}

const hasDefault = (node: JsonNode): boolean => mapOf(followed(node)).has('default') || mapOf(node).has('default');

function compareRequired({ place, report }: Comparison, reader: ContentModel, writer: ContentModel): void {
  for (const name of reader.required) {
    if (writer.required.has(name)) continue;
    const property = reader.properties.get(name);
    const isAddedToClosed = !writer.properties.has(name) && !writer.isOpen && followed(covering(writer, name)).document === false;
    if (isAddedToClosed || (property !== undefined && hasDefault(childOf(reader.node, property)))) continue;
    report('REQUIRED_ATTRIBUTE_ADDED', `${place}/required`, `The property "${name}" is required now and has no default`);
  }
}

function compareOthers({ place, report, compare }: Comparison, reader: ContentModel, writer: ContentModel): void {
  const at = `${place}/additionalProperties`;
  if (writer.others === false || acceptsAll(childOf(reader.node, reader.others))) return;
  if (reader.others === false) report('ADDITIONAL_PROPERTIES_REMOVED', at, 'Other properties are not accepted any more');
  else if (acceptsAll(childOf(writer.node, writer.others))) report('ADDITIONAL_PROPERTIES_NARROWED', at, 'Other properties must follow a schema now');
  else compare(childOf(reader.node, reader.others), childOf(writer.node, writer.others), at);
}

function compareDependencies({ reader, writer, place, report }: Comparison): void {
  for (const keyword of ['dependencies', 'dependentRequired']) {
    const [now, before] = [mapOf(reader).get(keyword), mapOf(writer).get(keyword)];
    for (const [name, needed] of isMap(now) ? now : NONE) {
      const known = textsOf(isMap(before) ? before.get(name) : undefined);
      const isKnown = Array.isArray(needed) && textsOf(needed).every((each) => known.includes(each));
      if (!isKnown) report('DEPENDENCY_ARRAY_EXTENDED', `${place}/${keyword}/${name}`, `More is needed beside "${name}" than before`);
    }
  }
}
