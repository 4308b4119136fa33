import { EvaluationError, p, primitive, t, tableFunction, tableVariant, type FunctionEntry, type TypeSpec, type Value } from '../../functions/index.js';
import { canonicalLong, decimal, decimalToText, longToBigInt, rescaleDecimal, valueToText, type SqlType, type SqlValue } from '../../types/index.js';
import type { ArgumentType } from '../../functions/index.js';

const holder = t.struct(['A', t.string]);
const seven = [t.integer, t.bigint, t.double, t.boolean, t.string, t.decimal, holder] as const;

function concreteType(type: ArgumentType | undefined): SqlType {
  return type === undefined || type.kind === 'NULL' || type.kind === 'UNIT' || type.kind === 'LAMBDA' ? { kind: 'STRING' } : type;
}

function asText(type: SqlType, value: SqlValue): string | null {
  if (value === null) return null;
  if (type.kind === 'DECIMAL' && (typeof value === 'number' || typeof value === 'bigint')) return decimalToText(value, type.scale);
  return valueToText(type)(value);
}

const same = (spec: TypeSpec<Value>) =>
  tableVariant({ parameters: [p.of(spec, 'a')], returns: spec, bind: () => (value) => [value] });

const isItems = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value);
const first = (value: SqlValue): SqlValue => (isItems(value) ? (value[0] ?? null) : null);
const firstValue = (value: SqlValue): SqlValue => {
  if (!(value instanceof Map)) return null;
  for (const item of value.values()) return item as SqlValue;
  return null;
};

/** One row an argument, each as text; `pick` takes the value out of an array or a map. */
function textVariant(wrap: (spec: TypeSpec<Value>) => TypeSpec<Value>, inner: (type: SqlType) => SqlType, pick: (value: SqlValue) => SqlValue) {
  const [a, b, c, d, e, f, g] = seven;
  return tableVariant({
    parameters: [p.of(wrap(a), 'a'), p.of(wrap(b), 'b'), p.of(wrap(c), 'c'), p.of(wrap(d), 'd'), p.of(wrap(e), 'e'), p.of(wrap(f), 'f'), p.of(wrap(g), 'g')],
    returns: t.string,
    bind: ({ argumentTypes }) => {
      const types = argumentTypes.map((type) => inner(concreteType(type)));
      return (...values) => values.map((value, index) => asText(types[index] ?? { kind: 'STRING' }, pick(value)));
    },
  });
}

const testUdtf = tableFunction({
  name: 'TEST_UDTF',
  description: 'For the conformance cases only.',
  examples: [],
  variants: [
    textVariant((spec) => spec, (type) => type, (value) => value),
    textVariant((spec) => t.array(spec), (type) => (type.kind === 'ARRAY' ? type.item : type), first),
    textVariant((spec) => t.map(t.string, spec), (type) => (type.kind === 'MAP' ? type.value : type), firstValue),
    same(t.integer),
    same(t.bigint),
    same(t.double),
    same(t.boolean),
    same(t.string),
    same(holder),
    tableVariant({
      parameters: [p.decimal('a')],
      returns: { declared: t.decimal, resolve: () => decimal(30, 10) },
      bind: ({ argumentTypes }) => {
        const type = concreteType(argumentTypes[0]);
        const scale = type.kind === 'DECIMAL' ? type.scale : 0;
        return (value) => [value === null ? null : rescaleDecimal(canonicalLong(longToBigInt(value)), scale, 10, 'HALF_UP')];
      },
    }),
  ],
});

const throwingUdtf = tableFunction({
  name: 'THROWING_UDTF',
  description: 'For the conformance cases only.',
  examples: [],
  variants: [
    tableVariant({
      parameters: [primitive(p.boolean('a'))],
      returns: t.boolean,
      bind: () => (fail) => {
        if (fail === true) throw new EvaluationError('You asked me to throw...');
        return [false];
      },
    }),
  ],
});

export const testTables: readonly FunctionEntry[] = [testUdtf, throwingUdtf];
