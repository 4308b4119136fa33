import { BindError } from '../errors/index.js';
import type { ArrayType, MapType, SqlType } from '../types/index.js';
import type { ArgumentType } from './entry.js';

/** The SQL type of an argument; refuses a bare NULL where the call cannot do without its type. */
export function sqlTypeOf(argument: ArgumentType | undefined): SqlType {
  if (argument === undefined || argument.kind === 'NULL' || argument.kind === 'UNIT' || argument.kind === 'LAMBDA') {
    throw new BindError('The type of an argument is not known.', { hint: 'Give NULL a type: CAST(NULL AS <type>).' });
  }
  return argument;
}

export function arrayTypeOf(argument: ArgumentType | undefined): ArrayType {
  const type = sqlTypeOf(argument);
  if (type.kind !== 'ARRAY') throw new BindError(`An ARRAY is expected, not ${type.kind}.`, { hint: 'Pass a column or expression of type ARRAY.' });
  return type;
}

export function mapTypeOf(argument: ArgumentType | undefined): MapType {
  const type = sqlTypeOf(argument);
  if (type.kind !== 'MAP') throw new BindError(`A MAP is expected, not ${type.kind}.`, { hint: 'Pass a column or expression of type MAP.' });
  return type;
}

/** Refuses types without an order. */
export function requireComparable(functionName: string, type: SqlType): void {
  if (type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'STRUCT') {
    throw new BindError(`${functionName} needs values that can be ordered, not ${type.kind}.`, { hint: 'Numbers, texts, bytes, dates and times can be ordered.' });
  }
}
