import { RequestError } from '../errors/index.js';
import { builtInFunctions, UserFunctionError, signatureText, type AggregateVariant, type BoundAggregate, type FunctionEntry, type ScalarVariant, type TableVariant } from '../functions/index.js';
import { toJs, type SqlType, type SqlValue } from '../types/index.js';
import type { Callback, ReadDefinition } from './definition-facts.js';
import { converters, guarded, resultOf } from './values.js';

/** Definitions as entries of the catalogue: those of one name are its variants. Throws RequestError where they cannot stand together. */
export function toEntries(definitions: readonly ReadDefinition[]): readonly FunctionEntry[] {
  const byName = new Map<string, ReadDefinition[]>();
  for (const each of definitions) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  return [...byName.values()].flatMap((variants) => {
    const [first] = variants;
    return first === undefined ? [] : [entryOf(first, variants)];
  });
}

function entryOf(first: ReadDefinition, definitions: readonly ReadDefinition[]): FunctionEntry {
  const { name, kind } = first;
  if (builtInFunctions.find(name) !== null) throw new RequestError('BAD_REQUEST', `${first.place}: ${name} is a built-in function`, { hint: 'Give the function another name.' });
  const other = definitions.find((each) => each.kind !== kind);
  if (other !== undefined) throw new RequestError('BAD_REQUEST', `${other.place}: ${name} is a function of kind ${kind} already (${first.place})`);
  refuseTwins(definitions);
  const described = { name, description: first.description, examples: [], ...(first.author === null ? {} : { author: first.author }) };
  switch (kind) {
    case 'scalar':
      return { ...described, kind, category: 'OTHER', deterministic: definitions.every((each) => each.deterministic), variants: definitions.map(scalarVariant) };
    case 'table':
      return { ...described, kind, category: 'TABLE', variants: definitions.map(tableVariant) };
    case 'aggregate':
      return { ...described, kind, category: 'AGGREGATE', variants: definitions.map(aggregateVariant) };
  }
}

function refuseTwins(definitions: readonly ReadDefinition[]): void {
  const places = new Map<string, string>();
  for (const each of definitions) {
    const unnamed = each.parameters.map((parameter) => ({ ...parameter, name: '' }));
    const signature = signatureText(each.name, { ...scalarVariant(each), parameters: unnamed });
    const earlier = places.get(signature);
    if (earlier !== undefined) throw new RequestError('BAD_REQUEST', `${each.place}: ${each.name} with these parameters is defined already (${earlier})`);
    places.set(signature, each.place);
  }
}

function callbackOf({ callbacks, name }: ReadDefinition, which: string): Callback {
  const found = callbacks.get(which);
  if (found === undefined) throw new RequestError('SERVER', `Function ${name} has no ${which}`);
  return found;
}

function scalarVariant(definition: ReadDefinition): ScalarVariant {
  const { name, parameters, returns, nulls } = definition;
  return {
    parameters, returns, nulls,
    declaredReturns: { kind: 'concrete', type: returns },
    bind: ({ argumentTypes }) => {
      const evaluate = callbackOf(definition, 'evaluate');
      const convert = converters(argumentTypes);
      return (...values) => resultOf(name, returns, guarded(name, evaluate, convert(values)));
    },
  };
}

function tableVariant(definition: ReadDefinition): TableVariant {
  const { name, parameters, returns } = definition;
  return {
    parameters, returns,
    declaredReturns: { kind: 'concrete', type: returns },
    bind: ({ argumentTypes }) => {
      const evaluate = callbackOf(definition, 'evaluate');
      const convert = converters(argumentTypes);
      return (...values) => {
        // A generator runs while its rows are taken, so its failures come then.
        const rows = guarded(name, () => rowsOf(name, evaluate(...convert(values))), []);
        return Array.isArray(rows) ? rows.map((row: unknown) => resultOf(name, returns, row)) : null;
      };
    },
  };
}

function rowsOf(name: string, given: unknown): readonly unknown[] | null {
  if (given === null || given === undefined) return null;
  if (typeof given === 'object' && isIterable(given)) return [...given];
  throw new UserFunctionError(`${name} gave no list of rows`);
}

const isIterable = (value: object): value is Iterable<unknown> => Symbol.iterator in value;

function aggregateVariant(definition: ReadDefinition): AggregateVariant {
  const { parameters, returns, state } = definition;
  const stateType = state ?? returns;
  return {
    parameters, returns, stateType,
    literals: [],
    declaredReturns: { kind: 'concrete', type: returns },
    undoable: definition.callbacks.has('undo'),
    bind: ({ argumentTypes }) => boundAggregate(definition, stateType, argumentTypes),
  };
}

function boundAggregate(definition: ReadDefinition, stateType: SqlType, argumentTypes: readonly SqlType[]): BoundAggregate {
  const { name, returns, callbacks } = definition;
  const convert = converters(argumentTypes);
  const [merge, undo, result] = [callbacks.get('merge'), callbacks.get('undo'), callbacks.get('result')];
  const initialize = callbackOf(definition, 'initialize');
  // Composite states are copies, so the user's code may change them in place.
  const stateIn = (state: SqlValue) => toJs(stateType, state);
  const stateOut = (step: string, given: unknown): SqlValue => {
    if (given === undefined) throw new UserFunctionError(`Function ${name} failed: ${step} returned no state`);
    return resultOf(name, stateType, given);
  };
  const updating = (step: string, update: Callback): BoundAggregate['aggregate'] => (state, values) => stateOut(step, guarded(name, update, [stateIn(state), ...convert(values)]));
  return {
    stateType,
    returnType: returns,
    mayRefuse: true,
    initialize: () => stateOut('initialize', guarded(name, initialize, [])),
    aggregate: updating('aggregate', callbackOf(definition, 'aggregate')),
    merge: merge === undefined ? null : (earlier, later) => stateOut('merge', guarded(name, merge, [stateIn(earlier), stateIn(later)])),
    undo: undo === undefined ? null : updating('undo', undo),
    result: (state) => resultOf(name, returns, result === undefined ? stateIn(state) : guarded(name, result, [stateIn(state)])),
  };
}
