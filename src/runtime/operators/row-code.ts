/**
 * Turns source into a function of rows. The source holds numbers and names invented by its generator only (never text of
 * users); what else it needs comes in through the array `k`.
 */
export function compileRowCode<F>(body: string, constants: readonly unknown[]): F {
  const factory: unknown = Reflect.construct(Function, ['k', `'use strict';\n${body}`]);
  if (typeof factory !== 'function') throw new TypeError('The source does not compile to a function');
  const compiled: unknown = Reflect.apply(factory, undefined, [constants]);
  // Sound because each generator writes the signature it promises; its tests run the result.
  return compiled as F;
}
