import { StepBudget, type Difference, type SchemaRules } from '../difference.js';
import { compareArrays } from './array-rules.js';
import { compareCombined } from './combined-rules.js';
import { acceptsAll, followed, parseJsonSchema, type JsonNode } from './json-schema.js';
import { compareLimits } from './limit-rules.js';
import { compareObjects } from './object-rules.js';
import { compareTypes } from './type-rules.js';

/** JSON Schema: a reader must accept every document that the writer's schema accepts, with Confluent's view of content models. */
export const jsonRules: SchemaRules<JsonNode> = {
  parse: parseJsonSchema,
  differences: (reader, writer) => {
    const found: Difference[] = [];
    compare(reader, writer, '#', { found, around: [], budget: new StepBudget() });
    return found;
  },
};

type Pair = readonly [reader: unknown, writer: unknown];

interface Progress {
  readonly found: Difference[];
  /** What the parts under comparison lie in. */
  readonly around: readonly Pair[];
  readonly budget: StepBudget;
}

function compare(readerNode: JsonNode, writerNode: JsonNode, place: string, { found, around, budget }: Progress): void {
  budget.spend();
  const reader = followed(readerNode);
  const writer = followed(writerNode);
  // A schema that contains itself is compared once.
  if (around.some(([left, right]) => left === reader.document && right === writer.document && typeof left === 'object')) return;
  if (acceptsAll(reader) || writer.document === false) return;
  const report = (type: string, at: string, description: string): void => {
    found.push({ type, place: at, description });
  };
  if (reader.document === false) {
    report('FALSE_SCHEMA', place, 'The schema accepts nothing any more');
    return;
  }
  if (acceptsAll(writer)) {
    report('SCHEMA_ADDED', place, 'What was free has a schema now');
    return;
  }
  const inside = [...around, [reader.document, writer.document] as const];
  const comparison = {
    reader, writer, place, report,
    compare: (left: JsonNode, right: JsonNode, at: string) => compare(left, right, at, { found, around: inside, budget }),
    tryOut: (left: JsonNode, right: JsonNode) => {
      const trial: Difference[] = [];
      compare(left, right, place, { found: trial, around: inside, budget });
      return trial;
    },
  };
  if (compareCombined(comparison)) return;
  const types = compareTypes(comparison);
  if (types === null) return;
  compareLimits(comparison, types);
  if (types.has('object')) compareObjects(comparison);
  if (types.has('array')) compareArrays(comparison);
}
