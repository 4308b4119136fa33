import { addLong, divideLong, longToInteger, subtractLong, type Long } from '../../../types/index.js';
import { p, primitive, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';

/** A row must not take the memory of the process. */
const MAX_ELEMENTS = 1 << 24;

function series(start: Long, end: Long, step: number): Long[] {
  if (step === 0) throw new EvaluationError('GENERATE_SERIES step cannot be zero');
  if ((end > start && step < 0) || (end < start && step > 0)) throw new EvaluationError('GENERATE_SERIES step has wrong sign');
  return elements(start, step, Number((BigInt(end) - BigInt(start)) / BigInt(step) + 1n));
}

/** Without a step the sign of the difference decides, which wraps as a Java long, and so does the number of elements. */
function wrappingSeries(start: Long, end: Long): Long[] {
  const difference = subtractLong(end, start);
  const step = difference > 0 ? 1 : -1;
  return elements(start, step, 1 + longToInteger(divideLong(difference, step)));
}

function elements(start: Long, step: number, size: number): Long[] {
  if (size < 0) throw new EvaluationError('GENERATE_SERIES is too long');
  if (size > MAX_ELEMENTS) throw new EvaluationError(`GENERATE_SERIES would give ${size} elements; at most ${MAX_ELEMENTS} are allowed.`);
  const result = Array.from<Long>({ length: size });
  for (let index = 0, value = start; index < result.length; index++, value = addLong(value, step)) result[index] = value;
  return result;
}

const defaultStep = (start: Long, end: Long): 1 | -1 => (end > start ? 1 : -1);
/** Between two INTEGER bounds every element is one. */
const integers = (start: number, end: number, step: number): number[] => series(start, end, step).map(Number);

export const generateSeries = scalar({
  name: 'GENERATE_SERIES',
  category: 'ARRAY',
  description: 'The numbers from start to end, both included, by step; without one by 1 towards the end.',
  examples: [
    { sql: 'GENERATE_SERIES(1, 5)', result: '[1, 2, 3, 4, 5]' },
    { sql: 'GENERATE_SERIES(5, 0, -2)', result: '[5, 3, 1]' },
  ],
  variants: [
    variant({
      parameters: [primitive(p.integer('start')), primitive(p.integer('end'))],
      returns: t.array(t.integer),
      nulls: 'called',
      evaluate: (start, end) => integers(start, end, defaultStep(start, end)),
    }),
    variant({
      parameters: [primitive(p.integer('start')), primitive(p.integer('end')), primitive(p.integer('step'))],
      returns: t.array(t.integer),
      nulls: 'called',
      evaluate: integers,
    }),
    variant({
      parameters: [primitive(p.bigint('start')), primitive(p.bigint('end'))],
      returns: t.array(t.bigint),
      nulls: 'called',
      evaluate: wrappingSeries,
    }),
    variant({
      parameters: [primitive(p.bigint('start')), primitive(p.bigint('end')), primitive(p.integer('step'))],
      returns: t.array(t.bigint),
      nulls: 'called',
      evaluate: series,
    }),
  ],
});
