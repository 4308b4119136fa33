import { RequestError } from '../errors/index.js';
import type { InsertTarget } from './engine.js';
import { insertSide, insertTarget, type InsertRowsDependencies } from './insert-rows.js';
import type { AccessGuard } from './access.js';
import { parseJsonLine, type JsonLine } from './json-line.js';
import { fieldNamed, fromJson, isJsonObject } from './json-values.js';

function identifier(text: string): string {
  const quoted = /^"(.*)"$|^`(.*)`$/s.exec(text.trim());
  return quoted === null ? text.trim().toUpperCase() : (quoted[1] ?? quoted[2] ?? '');
}

function parsed(line: string): JsonLine {
  try {
    return parseJsonLine(line);
  } catch {
    throw new RequestError('BAD_REQUEST', 'A row is not JSON');
  }
}

/** Rows that a client streams: JSON objects into one stream or table. Throws BindError for a target that takes none. */
export function openInserts(name: string, dependencies: InsertRowsDependencies & { readonly guard: AccessGuard | null }): InsertTarget {
  const target = identifier(name);
  dependencies.guard?.require({ operation: 'write', on: 'source', name: target });
  const source = insertTarget(target, dependencies);
  return {
    read: (line) => {
      // A target that is only read is found out by its first row, as in ksqlDB.
      if (source.readOnly) throw new RequestError('SERVER', `Cannot insert values into read-only ${source.kind.toLowerCase()}: ${source.name}`);
      const row = parsed(line);
      if (!isJsonObject(row)) throw new RequestError('BAD_REQUEST', 'A row must be a JSON object');
      const values = new Map([...source.keyColumns, ...source.valueColumns].map((column) => [column.name, fromJson(column.type, fieldNamed(row, column.name))]));
      const missing = source.keyColumns.find((column) => values.get(column.name) === null);
      if (missing !== undefined) throw new RequestError('BAD_REQUEST', `Key field must be specified: ${missing.name}`);
      return {
        kind: 'insertValues',
        source: source.name,
        topic: source.topic,
        key: insertSide(source.keyColumns, source.keyFormat, values),
        value: insertSide(source.valueColumns, source.valueFormat, values),
        timestamp: null,
      };
    },
    insert: (rows) => dependencies.inserts.insertAll(rows),
  };
}
