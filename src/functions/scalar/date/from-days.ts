import { p, primitive, scalar, t, variant } from '../../define.js';

export const fromDays = scalar({
  name: 'FROM_DAYS',
  category: 'DATE / TIME',
  description: 'The date so many days after 1970-01-01.',
  examples: [{ sql: 'FROM_DAYS(18321)', result: '2020-02-29' }],
  variants: [variant({ parameters: [primitive(p.integer('days'))], returns: t.date, nulls: 'called', evaluate: (days) => days })],
});
