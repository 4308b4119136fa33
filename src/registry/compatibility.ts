import type { CompatibilityLevel, SchemaDefinition, SubjectVersion } from './registry.js';

/** Why a schema may not follow the versions of its subject; empty: it may. */
export type CompatibilityCheck = (schema: SchemaDefinition, versions: readonly SubjectVersion[], level: CompatibilityLevel) => readonly string[];

/** Accepts everything: level NONE. */
export const acceptEverySchema: CompatibilityCheck = () => [];
