import { p, primitive, scalar, t, variant } from '../../define.js';

/** Position of an occurrence, counted from 1; 0: none. A negative start searches backwards, that far from the end. */
function find(text: string | null, sought: string | null, start: number, occurrence: number): number {
  if (text === null || sought === null || Math.abs(start) > text.length || occurrence < 1) return 0;
  return start < 0 ? findBackwards(text, sought, text.length + start, occurrence) : findForwards(text, sought, start - 1, occurrence);
}

function findForwards(text: string, sought: string, from: number, occurrence: number): number {
  let at = from - 1;
  for (let count = 0; count < occurrence; count++) {
    at = text.indexOf(sought, at + 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

function findBackwards(text: string, sought: string, from: number, occurrence: number): number {
  let at = from + 1;
  for (let count = 0; count < occurrence; count++) {
    if (at <= 0) return 0;
    at = text.lastIndexOf(sought, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

export const instr = scalar({
  name: 'INSTR',
  category: 'STRING',
  description: 'The position of a text in another, counted from 1; 0 when it is not there. It can start at a position, backwards from a negative one, and skip occurrences.',
  examples: [
    { sql: "INSTR('CORPORATE FLOOR', 'OR')", result: '2' },
    { sql: "INSTR('CORPORATE FLOOR', 'OR', 3, 2)", result: '14' },
    { sql: "INSTR('CORPORATE FLOOR', 'OR', -3)", result: '5' },
  ],
  variants: [
    variant({
      parameters: [p.string('text'), p.string('sought')],
      returns: t.integer,
      nulls: 'called',
      evaluate: (text, sought) => find(text, sought, 1, 1),
    }),
    variant({
      parameters: [p.string('text'), p.string('sought'), primitive(p.integer('start'))],
      returns: t.integer,
      nulls: 'called',
      evaluate: (text, sought, start) => find(text, sought, start, 1),
    }),
    variant({
      parameters: [p.string('text'), p.string('sought'), primitive(p.integer('start')), primitive(p.integer('occurrence'))],
      returns: t.integer,
      nulls: 'called',
      evaluate: find,
    }),
  ],
});
