import { compileFunction as compileSource } from 'node:vm';

/**
 * Turns generated source into a function. The source holds only names and numbers invented by the generator (never text of
 * users: law "user text never becomes code"); everything else comes in through `constants`, visible in the source as `k`.
 */
export function compileFunction<F>(body: string, constants: readonly unknown[]): F {
  const factory = compileSource(`'use strict';\n${body}`, ['k']);
  const compiled: unknown = Reflect.apply(factory, undefined, [constants]);
  // Sound because each generator writes the signature it promises; its tests run the result.
  return compiled as F;
}
