import type { Difference } from '../difference.js';
import type { JsonNode } from './json-schema.js';

/** What the rules of each keyword get: a way to compare parts, and a place for what they find. */
export interface Comparison {
  /** The schema of the data. */
  readonly writer: JsonNode;
  /** The schema that must accept it. */
  readonly reader: JsonNode;
  /** A JSON pointer, beginning with `#`. */
  readonly place: string;
  readonly report: (type: string, place: string, description: string) => void;
  /** Compares parts and reports what it finds. */
  readonly compare: (reader: JsonNode, writer: JsonNode, place: string) => void;
  /** What comparing parts would report. */
  readonly tryOut: (reader: JsonNode, writer: JsonNode) => readonly Difference[];
}
