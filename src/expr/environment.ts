import { InternalError } from '../errors/index.js';
import type { AggregateVariant, FunctionCatalogue, FunctionContext, FunctionEntry, ScalarVariant, TableVariant } from '../functions/index.js';
import { signaturesOf } from './signature.js';

/** What expressions need besides the row. */
export interface EvaluationEnvironment {
  readonly functions: FunctionCatalogue;
  readonly context: FunctionContext;
  /** `ksql.nested.error.set.null` (default true): a failure inside a nested piece makes that piece null, not the whole. */
  readonly nestedErrorsToNull: boolean;
  /** `ksql.cast.strings.preserve.nulls` (default true): CAST(null AS STRING) is null, else the text `null`. */
  readonly castPreservesNulls: boolean;
}

interface StoredCall {
  readonly name: string;
  readonly variant: number;
  readonly signature: string;
}

/**
 * The variant of a bound call. Plans store the signature beside the index: when the catalogue has changed since the plan was
 * made, the variant of that signature is taken.
 */
export function scalarVariant(call: StoredCall, functions: FunctionCatalogue): ScalarVariant {
  const entry = functions.find(call.name);
  return entry?.kind === 'scalar' ? (entry.variants[variantIndex(call, entry)] ?? missing(call)) : missing(call);
}
export function tableVariantOf(call: StoredCall, functions: FunctionCatalogue): TableVariant {
  const entry = functions.find(call.name);
  return entry?.kind === 'table' ? (entry.variants[variantIndex(call, entry)] ?? missing(call)) : missing(call);
}
export function aggregateVariantOf(call: StoredCall, functions: FunctionCatalogue): AggregateVariant {
  const entry = functions.find(call.name);
  return entry?.kind === 'aggregate' ? (entry.variants[variantIndex(call, entry)] ?? missing(call)) : missing(call);
}

function variantIndex(call: StoredCall, entry: FunctionEntry): number {
  const signatures = signaturesOf(entry);
  return signatures[call.variant] === call.signature ? call.variant : signatures.indexOf(call.signature);
}

function missing(call: StoredCall): never {
  throw new InternalError(`The plan calls ${call.signature}, which this server does not have`);
}
