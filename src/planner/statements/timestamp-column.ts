import { PlanError } from '../../errors/index.js';
import { parseExpression } from '../../parser/index.js';
import { quoteName, type Column } from '../../types/index.js';
import type { WithProperties } from '../bind/with-properties.js';

export interface DeclaredTimestamp {
  readonly column: string;
  readonly format: string | null;
}

/** The TIMESTAMP property: a column of the schema that can be a point in time. */
export function declaredTimestamp(properties: WithProperties, columns: readonly Column[]): DeclaredTimestamp | null {
  const { timestamp, timestampFormat: format } = properties;
  if (timestamp === null) return null;
  const name = checkTimestampName(timestamp, columns.map((each) => each.name));
  const column = columns.find((each) => each.name === name);
  if (name === null || column === undefined) return null;
  switch (column.type.kind) {
    case 'STRING':
      if (format === null) throw new PlanError('A String timestamp field has been specified without also specifying the timestamp_format', { hint: 'Add TIMESTAMP_FORMAT with the pattern of the text.' });
      return { column: name, format };
    case 'BIGINT':
    case 'TIMESTAMP':
      if (format !== null) throw new PlanError(`'TIMESTAMP_FORMAT' set, but TIMESTAMP column is not a STRING: ${quoteName(name)}`, { hint: 'Leave TIMESTAMP_FORMAT out.' });
      return { column: name, format: null };
    default:
      throw new PlanError(
        `Timestamp column, ${quoteName(name)}, should be LONG(INT64), TIMESTAMP, or a String with a timestamp_format specified.`, { hint: 'Name a BIGINT or TIMESTAMP column, or add TIMESTAMP_FORMAT for a text.' });
  }
}

/** The column that a TIMESTAMP property names, read as a column reference; refused where there is none of that name. */
export function checkTimestampName(timestamp: string | null, names: readonly string[]): string | null {
  if (timestamp === null) return null;
  const reference = parseExpression(timestamp);
  const name = reference.kind === 'column' && reference.source === null ? reference.name : timestamp;
  if (names.includes(name)) return name;
  throw new PlanError(`The TIMESTAMP column set in the WITH clause does not exist in the schema: '${name}'`, { hint: 'Name one of the columns of the source.' });
}
