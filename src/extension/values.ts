import { RecordError } from '../errors/index.js';
import { UserFunctionError, type ArgumentType, type FunctionArgument } from '../functions/index.js';
import { formatType, fromJs, toJs, type JsValue, type SqlType, type SqlValue } from '../types/index.js';
import type { Callback } from './definition-facts.js';

export type Converter = (value: FunctionArgument) => JsValue;

// Nothing but SQL values reaches a user function: it has no parameters for lambdas.
const isValue = (value: FunctionArgument): value is SqlValue => typeof value !== 'function';

/** Values of one argument as programs see them. */
export function argumentConverter(type: ArgumentType | undefined): Converter {
  if (type === undefined || type.kind === 'NULL' || type.kind === 'UNIT' || type.kind === 'LAMBDA') return () => null;
  return (value) => (isValue(value) ? toJs(type, value) : null);
}

/** Converts by position; a call may have more arguments than parameters. */
export function converters(types: readonly ArgumentType[]): (values: readonly FunctionArgument[]) => JsValue[] {
  const each = types.map(argumentConverter);
  return (values) => values.map((value, index) => each[index]?.(value) ?? null);
}

/** Runs the user's code: whatever it throws is a failure of this one row. */
export function guarded(name: string, callback: Callback, values: readonly JsValue[]): unknown {
  try {
    return callback(...values);
  } catch (cause) {
    throw new UserFunctionError(`Function ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** What the user's code gave, as a SQL value; what is none of the type is a failure of this one row. */
export function resultOf(name: string, type: SqlType, given: unknown): SqlValue {
  if (given === null || given === undefined) return null;
  if (given instanceof Promise) {
    given.catch(() => undefined);
    throw new UserFunctionError(`Function ${name} gave a promise: functions give their results at once`);
  }
  try {
    // Checked by the conversion, part by part.
    return fromJs(type, given as JsValue);
  } catch (cause) {
    if (!(cause instanceof RecordError)) throw cause;
    throw new UserFunctionError(`Function ${name} gave what is no ${formatType(type)}: ${cause.message}`, { cause });
  }
}
