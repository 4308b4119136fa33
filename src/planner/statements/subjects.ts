import type { FormatInfo } from '../../plan/index.js';
import type { Column } from '../../types/index.js';
import type { PlannerContext } from '../context.js';
import type { SubjectToRegister } from '../planned-statement.js';

interface RegisteredSide {
  readonly isKey: boolean;
  readonly format: FormatInfo;
  readonly columns: readonly Column[];
  /** Read from the registry: known there already. */
  readonly inferred: boolean;
}

/** Schemas that the registry must know for a source: of the registry formats, unless they came from there. */
export function subjectsOf(source: string, topic: string, sides: readonly RegisteredSide[], context: PlannerContext): readonly SubjectToRegister[] {
  return sides.flatMap(({ isKey, format, columns, inferred }) => {
    const registers = context.formats.find(format.name)?.supportsSchemaInference === true && format.properties.schemaId === undefined;
    if (!registers || inferred || columns.length === 0) return [];
    return [{ subject: `${topic}-${isKey ? 'key' : 'value'}`, topic, isKey, format, columns, source }];
  });
}
