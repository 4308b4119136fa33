import { RecordError } from '../../errors/index.js';
import type { AvroType } from './schema.js';
import type { AvroSource } from './source.js';

export type Skip = (source: AvroSource) => void;

/** Moves over a value of the type, checking its lengths. Recursive records are compiled once. */
export function compileSkip(type: AvroType, known: Map<AvroType, Skip> = new Map()): Skip {
  const found = known.get(type);
  if (found !== undefined) return found;
  switch (type.kind) {
    case 'null': return () => undefined;
    case 'boolean': return (source) => void source.byte();
    case 'int':
    case 'long':
    case 'enum': return (source) => void source.long();
    case 'float': return (source) => void source.take(4);
    case 'double': return (source) => void source.take(8);
    case 'string':
    case 'bytes': return (source) => void source.take(source.long());
    case 'fixed': return (source) => void source.take(type.size);
    case 'array': return skipBlocks(compileSkip(type.items, known));
    case 'map': {
      const value = compileSkip(type.values, known);
      return skipBlocks((source) => {
        source.take(source.long());
        value(source);
      });
    }
    case 'union': {
      const branches = type.branches.map((branch) => compileSkip(branch, known));
      return (source) => {
        const skip = branches[source.int()];
        if (skip === undefined) throw new RecordError('The Avro record has a union branch that the schema lacks');
        skip(source);
      };
    }
    case 'record': {
      const fields: Skip[] = [];
      const skip: Skip = (source) => {
        source.enter();
        for (const field of fields) field(source);
        source.depth--;
      };
      known.set(type, skip);
      for (const field of type.fields) fields.push(compileSkip(field.type, known));
      return skip;
    }
  }
}

function skipBlocks(item: Skip): Skip {
  return (source) => {
    source.enter();
    for (let count = source.blockCount(); count > 0; count = source.blockCount()) {
      for (; count > 0; count--) item(source);
    }
    source.depth--;
  };
}
