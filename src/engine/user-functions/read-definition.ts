import { BindError, ParseError, RequestError } from '../../errors/index.js';
import type { Callback, ReadDefinition } from '../../extension/index.js';
import type { Parameter, ParameterType } from '../../functions/index.js';
import { isReservedWord, parseType } from '../../parser/index.js';
import { resolveType } from '../../planner/index.js';
import type { SqlType } from '../../types/index.js';

const CALLBACKS = {
  scalar: { needed: ['evaluate'], possible: [] },
  table: { needed: ['evaluate'], possible: [] },
  aggregate: { needed: ['initialize', 'aggregate'], possible: ['merge', 'undo', 'result'] },
} as const;
const KNOWN = new Set(['kind', 'name', 'description', 'author', 'parameters', 'returns', 'state', 'nulls', 'deterministic', 'evaluate', 'initialize', 'aggregate', 'merge', 'undo', 'result']);

/** Throws RequestError with the place of what is wrong. */
export function readDefinition(value: { readonly kind: 'scalar' | 'table' | 'aggregate' }, place: string): ReadDefinition {
  const fields = new Map<string, unknown>(Object.entries(value));
  const { kind } = value;
  const fail = (message: string, hint?: string): never => {
    throw new RequestError('BAD_REQUEST', `${place}: ${message}`, hint === undefined ? {} : { hint });
  };
  const stranger = [...fields.keys()].find((name) => !KNOWN.has(name));
  if (stranger !== undefined) fail(`"${stranger}" is no part of a function definition`);
  const name = fields.get('name');
  if (typeof name !== 'string' || !/^[A-Za-z]\w*$/.test(name)) return fail(`name must be a text of letters, digits and underscores, not ${JSON.stringify(name) ?? 'undefined'}`);
  if (isReservedWord(name.toUpperCase())) fail(`${name.toUpperCase()} is a reserved word`);
  const text = (field: string): string | null => {
    const given = fields.get(field);
    return given === undefined ? null : typeof given === 'string' ? given : fail(`${field} must be a text`);
  };
  const typeOf = (field: string): SqlType => {
    const given = fields.get(field);
    return typeof given === 'string' ? readType(given, `${place}: ${field}`) : fail(`${field} must be a SQL type as text, such as 'INT'`);
  };
  const nulls = fields.get('nulls') ?? 'propagate';
  if (nulls !== 'propagate' && nulls !== 'called') fail(`nulls must be 'propagate' or 'called'`);
  const deterministic = fields.get('deterministic') ?? true;
  if (typeof deterministic !== 'boolean') fail('deterministic must be true or false');
  return {
    kind, place,
    name: name.toUpperCase(),
    description: text('description') ?? '',
    author: text('author'),
    parameters: readParameters(fields.get('parameters'), place),
    returns: typeOf('returns'),
    state: kind === 'aggregate' ? typeOf('state') : null,
    nulls: nulls === 'called' ? 'called' : 'propagate',
    deterministic: deterministic !== false,
    callbacks: readCallbacks(kind, value, fail),
  };
}

// Methods are called on the definition, so that they may call each other.
function readCallbacks(kind: keyof typeof CALLBACKS, owner: object, fail: (message: string) => never): ReadonlyMap<string, Callback> {
  const { needed, possible } = CALLBACKS[kind];
  const fields = new Map<string, unknown>(Object.entries(owner));
  const callbacks = new Map<string, Callback>();
  for (const name of [...needed, ...possible]) {
    const given = fields.get(name);
    if (given === undefined && possible.some((each) => each === name)) continue;
    if (!isCallback(given)) return fail(`${name} must be a function`);
    if (given.constructor.name === 'AsyncFunction') fail(`${name} is asynchronous; functions give their results at once`);
    callbacks.set(name, given.bind(owner));
  }
  return callbacks;
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

function readParameters(value: unknown, place: string): readonly Parameter[] {
  if (!Array.isArray(value)) throw new RequestError('BAD_REQUEST', `${place}: parameters must be a list of SQL types, such as ['INT', 'STRING']`);
  const list: readonly unknown[] = value;
  return list.map((each, index) => {
    const at = `${place}: parameter ${index + 1}`;
    const object: Readonly<Record<string, unknown>> = typeof each === 'object' && each !== null ? { ...each } : { type: each };
    const { type, name, description } = object;
    if (typeof type !== 'string') throw new RequestError('BAD_REQUEST', `${at} must be a SQL type as text, or { name, type, description }`);
    const variadic = type.trimEnd().endsWith('...');
    if (variadic && index < list.length - 1) throw new RequestError('BAD_REQUEST', `${at}: only the last parameter may repeat`);
    return {
      name: typeof name === 'string' ? name : `arg${index}`,
      type: parameterType(variadic ? type.trimEnd().slice(0, -3) : type, at),
      ...(typeof description === 'string' ? { description } : {}),
      ...(variadic ? { variadic } : {}),
    };
  });
}

function parameterType(text: string, place: string): ParameterType {
  return text.trim().toUpperCase() === 'DECIMAL' ? { kind: 'anyDecimal' } : { kind: 'concrete', type: readType(text, place) };
}

function readType(text: string, place: string): SqlType {
  try {
    return resolveType(parseType(text), new Map());
  } catch (cause) {
    if (!(cause instanceof ParseError) && !(cause instanceof BindError)) throw cause;
    throw new RequestError('BAD_REQUEST', `${place}: '${text}' is no SQL type`, { cause, hint: "Write types as in CREATE STREAM: 'INT', 'ARRAY<STRING>', 'DECIMAL(10, 2)', 'STRUCT<A INT, B STRING>'." });
  }
}
