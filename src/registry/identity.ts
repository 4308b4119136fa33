import { protoTokens } from './protobuf/proto-tokens.js';
import { invalidSchema } from './registry-error.js';
import type { SchemaDefinition } from './registry.js';

/** Equal for schemas that differ in blanks (and comments of protobuf) only: they share one id. */
export function identityOf(schema: SchemaDefinition): string {
  const references = schema.references.map(({ name, subject, version }) => [name, subject, version]);
  return JSON.stringify([schema.kind, bareText(schema), references]);
}

function bareText({ kind, text }: SchemaDefinition): string {
  if (text.trim() === '') throw invalidSchema('it is empty');
  if (kind === 'PROTOBUF') return protoTokens(text).join(' ');
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_match, quoted: string | undefined) => quoted ?? '');
}
