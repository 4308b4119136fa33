import { EvaluationError, boundVariant, p, primitive, scalar, t, variadic, variant, type FunctionEntry } from '../../functions/index.js';

const described = { category: 'OTHER', description: 'For the conformance cases only.', examples: [] } as const;
const holder = t.struct(['A', t.string]);

const testUdf = scalar({
  ...described,
  name: 'TEST_UDF',
  variants: [
    variant({ parameters: [p.integer('a'), p.string('b')], returns: t.string, nulls: 'called', evaluate: () => 'doStuffIntString' }),
    variant({ parameters: [p.bigint('a'), p.string('b')], returns: t.string, nulls: 'called', evaluate: () => 'doStuffLongString' }),
    variant({ parameters: [p.bigint('a'), p.bigint('b'), p.string('c')], returns: t.string, nulls: 'called', evaluate: () => 'doStuffLongLongString' }),
    variant({ parameters: [variadic(p.bigint('a'))], returns: t.string, nulls: 'called', evaluate: () => 'doStuffLongVarargs' }),
    variant({ parameters: [p.of(holder, 'a')], returns: t.string, nulls: 'propagate', evaluate: (value) => value[0] }),
    variant({ parameters: [], returns: holder, nulls: 'called', evaluate: () => ['foo'] as const }),
  ],
});

const badUdf = scalar({
  ...described,
  name: 'BAD_UDF',
  variants: [
    variant({
      parameters: [p.integer('a')],
      returns: t.string,
      nulls: 'called',
      evaluate: () => {
        throw new EvaluationError('boom!');
      },
    }),
    variant({
      parameters: [primitive(p.boolean('a'))],
      returns: t.integer,
      nulls: 'called',
      evaluate: (fail) => {
        if (fail) throw new EvaluationError('You asked me to throw...');
        return 0;
      },
    }),
    boundVariant({
      parameters: [p.string('a')],
      returns: t.string,
      nulls: 'called',
      bind: () => {
        let calls = 0;
        return (value) => (calls++ % 2 === 0 ? null : value);
      },
    }),
  ],
});

const whenCondition = scalar({
  ...described,
  name: 'WHENCONDITION',
  variants: [
    variant({
      parameters: [p.boolean('r'), primitive(p.boolean('e'))],
      returns: t.boolean,
      nulls: 'called',
      evaluate: (result, expected) => {
        if (!expected) throw new EvaluationError('When condition in case is not running lazily!');
        return result;
      },
    }),
  ],
});

const whenResult = scalar({
  ...described,
  name: 'WHENRESULT',
  variants: [
    variant({
      parameters: [p.integer('r'), primitive(p.boolean('e'))],
      returns: t.integer,
      nulls: 'called',
      evaluate: (result, expected) => {
        if (!expected) throw new EvaluationError('Then expression in case is not running lazily!');
        return result;
      },
    }),
  ],
});

const toStruct = scalar({
  ...described,
  name: 'TOSTRUCT',
  variants: [variant({ parameters: [p.string('s')], returns: holder, nulls: 'called', evaluate: (value) => [value] as const })],
});

export const testScalars: readonly FunctionEntry[] = [testUdf, badUdf, whenCondition, whenResult, toStruct];
