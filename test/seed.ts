import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run: a run says something about the product, not about its luck. `MILLRACE_SEED=N`
 * draws others, `MILLRACE_SEED=random` new ones each time; a failing property prints its seed.
 */
const asked = process.env['MILLRACE_SEED'] ?? '20010212';
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
