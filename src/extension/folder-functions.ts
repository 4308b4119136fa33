import { InternalError, RequestError } from '../errors/index.js';
import type { FunctionEntry } from '../functions/index.js';
import type { CallWatch } from './call-watch.js';
import type { Callback, FolderFunction, FoundDefinition, ReadDefinition } from './definition-facts.js';
import { addressOf, loadFolder, loadModule, type LoadedDefinition } from './load-folder.js';
import { toEntries } from './to-entry.js';

/** Finds what a folder defines, as data: for a thread that must not run the folder's code itself. */
export async function describeFolder(folder: string): Promise<readonly FoundDefinition[]> {
  return (await loadFolder(folder)).map(({ value, place, source }) => {
    const fields = Object.entries(value);
    return {
      kind: value.kind, place, source,
      fields: fields.filter(([, each]) => typeof each !== 'function').map(([name, each]) => [name, plain(each, 0)] as const),
      callbacks: fields.flatMap(([name, each]: [string, unknown]) => (typeof each === 'function' ? [{ name, isAsync: each.constructor.name === 'AsyncFunction' }] : [])),
    };
  });
}

/** A definition of another thread to be looked over here: in place of its code stands what refuses to run. */
export function definitionOf(found: FoundDefinition): { readonly kind: FoundDefinition['kind'] } {
  const elsewhere = (): never => {
    throw new InternalError(`${found.place}: functions of the folder run in threads of their own`);
  };
  const asynchronous = async (): Promise<never> => Promise.reject(new InternalError('no function runs here'));
  const callbacks = found.callbacks.map(({ name, isAsync }) => [name, isAsync ? asynchronous : elsewhere] as const);
  return { ...Object.fromEntries([...found.fields, ...callbacks]), kind: found.kind };
}

/** Entries of the catalogue for functions of a folder, with their code. The number of a function for the watch is its place in the list. */
export async function loadFunctions(functions: readonly FolderFunction[], watch: CallWatch): Promise<readonly FunctionEntry[]> {
  const modules = new Map<string, readonly LoadedDefinition[]>();
  const definitions: ReadDefinition[] = [];
  for (const [number, { facts, source, callbacks }] of functions.entries()) {
    const known = modules.get(source.address) ?? (await watchedModule(source.path, source.address, number, watch));
    modules.set(source.address, known);
    const loaded = known.find((each) => each.source.exportName === source.exportName && each.source.index === source.index);
    if (loaded === undefined) throw changed(source.path);
    const fields = new Map<string, unknown>(Object.entries(loaded.value));
    const bound = callbacks.map((name) => [name, watched(fields.get(name), loaded, number, watch)] as const);
    definitions.push({ ...facts, callbacks: new Map(bound) });
  }
  return toEntries(definitions);
}

async function watchedModule(path: string, address: string, number: number, watch: CallWatch): Promise<readonly LoadedDefinition[]> {
  if (address.startsWith('file:') && (await addressOf(path)) !== address) throw changed(path);
  watch.enter(number);
  try {
    return await loadModule(path, address);
  } finally {
    watch.leave();
  }
}

// Methods are called on the definition, so that they may call each other.
function watched(callback: unknown, owner: LoadedDefinition, number: number, watch: CallWatch): Callback {
  if (!isCallback(callback)) throw changed(owner.source.path);
  const bound = callback.bind(owner.value);
  const takesRows = owner.value.kind === 'table';
  return (...values) => {
    watch.enter(number);
    try {
      const result = bound(...values);
      // The rows of a generator are made while they are taken: that is part of the call.
      return takesRows && isGenerated(result) ? [...result] : result;
    } finally {
      watch.leave();
    }
  };
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

function isGenerated(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Symbol.iterator in value;
}

function changed(path: string): RequestError {
  return new RequestError('BAD_REQUEST', `${path} has changed since its functions were loaded`, { hint: 'Restart the program: functions are loaded once.' });
}

/** What can be sent of a value: lists and objects of texts, numbers and flags; the rest as text, for messages. */
function plain(value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (depth > 8 || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((each) => plain(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, depth + 1)]));
}
