import { isList, isMap, parseJson, textOf, type JsonDocument, type JsonMap } from '../json-document.js';
import { invalidSchema } from '../registry-error.js';
import type { ResolvedSchema } from '../registry.js';

/** A schema inside a document: what `#` of its references means depends on where it stands. */
export interface JsonNode {
  readonly document: JsonDocument;
  readonly root: JsonRoot;
}
export interface JsonRoot {
  readonly document: JsonDocument;
  readonly referred: ReadonlyMap<string, JsonNode>;
}

const MAX_HOPS = 64;

/** Throws RegistryError 42201 for what is no JSON Schema. */
export function parseJsonSchema(schema: ResolvedSchema): JsonNode {
  const document = parseJson(schema.text);
  if (!isMap(document) && typeof document !== 'boolean') throw invalidSchema('a JSON Schema is an object, true or false');
  const root: JsonRoot = { document, referred: new Map(schema.references.map(({ name, schema: other }) => [name, parseJsonSchema(other)])) };
  checkReferences(document, root);
  return { document, root };
}

// Only references into the document itself can be judged; others may be addresses that readers know.
function checkReferences(document: JsonDocument, root: JsonRoot): void {
  if (isList(document)) for (const each of document) checkReferences(each, root);
  if (!isMap(document)) return;
  const reference = textOf(document.get('$ref'));
  if (reference?.startsWith('#/') === true && find(root.document, reference.slice(1)) === undefined) throw invalidSchema(`${reference} leads nowhere`);
  for (const each of document.values()) checkReferences(each, root);
}

function find(document: JsonDocument, pointer: string): JsonDocument | undefined {
  let found: JsonDocument | undefined = document;
  for (const step of pointer.split('/').slice(1)) {
    const name = decodeStep(step);
    found = isMap(found) ? found.get(name) : isList(found) ? found[Number(name)] : undefined;
  }
  return found;
}

function decodeStep(step: string): string {
  let name = step;
  try {
    name = decodeURIComponent(step);
  } catch {
    // A percent sign that encodes nothing stands for itself.
  }
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Follows `$ref`s. One that leads nowhere we know accepts everything. */
export function followed(node: JsonNode): JsonNode {
  let current = node;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const reference = isMap(current.document) ? textOf(current.document.get('$ref')) : null;
    if (reference === null) return current;
    current = target(current.root, reference);
  }
  return { document: true, root: node.root };
}

function target(root: JsonRoot, reference: string): JsonNode {
  const hash = reference.indexOf('#');
  const [address, fragment] = hash < 0 ? [reference, ''] : [reference.slice(0, hash), reference.slice(hash + 1)];
  const from = address === '' ? { document: root.document, root } : root.referred.get(address);
  const found = from === undefined ? undefined : find(from.document, fragment.startsWith('/') ? fragment : '');
  return from === undefined || found === undefined ? { document: true, root } : { document: found, root: from.root };
}

const ANNOTATIONS: ReadonlySet<string> = new Set(['$id', 'id', '$schema', '$comment', 'title', 'description', 'default', 'examples', 'definitions', '$defs', 'readOnly', 'writeOnly', 'deprecated']);

/** Accepts every value: true, or nothing but descriptions. */
export function acceptsAll({ document }: JsonNode): boolean {
  return document === true || (isMap(document) && [...document.keys()].every((name) => ANNOTATIONS.has(name) || name.startsWith('connect.')));
}

export const mapOf = ({ document }: JsonNode): JsonMap => (isMap(document) ? document : new Map());
export const childOf = (node: JsonNode, document: JsonDocument): JsonNode => ({ document, root: node.root });
