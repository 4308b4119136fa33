import fc from 'fast-check';
import type {
  ColumnDefinition, Duration, Grouping, IntervalUnit, Join, Property, Query, Relation, SelectItem, SourceKind, Statement, WindowClause, Within,
} from '../../../src/parser/index.js';
import { BYTES, STRING } from '../../../src/types/index.js';
import { expressions, literals, names, sourceNames, span, types } from './arbitrary-ast.js';

const UNIT_MS: Readonly<Record<IntervalUnit, number>> = { DAYS: 86_400_000, HOURS: 3_600_000, MINUTES: 60_000, SECONDS: 1000, MILLISECONDS: 1 };
const durations: fc.Arbitrary<Duration> = fc
  .tuple(fc.nat(1000), fc.constantFrom<IntervalUnit>('DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS'))
  .map(([value, unit]) => ({ kind: 'duration', value, unit, ms: value * UNIT_MS[unit], span }));

const windows: fc.Arbitrary<WindowClause> = fc
  .record({ kind: fc.constant('window' as const), type: fc.constantFrom('TUMBLING', 'HOPPING', 'SESSION'), size: durations, advance: durations, retention: fc.option(durations), grace: fc.option(durations), span: fc.constant(span) })
  .map((window) => ({ ...window, advance: window.type === 'HOPPING' ? window.advance : null }));

const withins: fc.Arbitrary<Within> = fc.record({
  kind: fc.constant('within' as const), before: durations, after: durations, grace: fc.option(durations), span: fc.constant(span),
});

function queryOver(first: string, second: string, alias: string | null): fc.Arbitrary<Query> {
  const qualifiers = alias === null ? [first] : [first, second, alias];
  const node = expressions(qualifiers);
  const left: Relation = { kind: 'source', name: first, alias: null, span };
  const relation: fc.Arbitrary<Relation> = alias === null
    ? fc.constant(left)
    : fc.record({ type: fc.constantFrom<Join['type']>('INNER', 'LEFT', 'RIGHT', 'FULL'), within: fc.option(withins), on: node })
      .map((join): Relation => ({ kind: 'join', ...join, left, right: { kind: 'source', name: second, alias, span }, span }));
  const items: fc.Arbitrary<SelectItem> = fc.oneof(
    fc.record({ kind: fc.constant('item' as const), expression: node, alias: fc.option(names), span: fc.constant(span) }),
    fc.constantFrom(null, ...qualifiers).map((source): SelectItem => ({ kind: 'star', source, span })),
    node.map((base): SelectItem => ({ kind: 'structStar', base, span })),
  );
  const groupings: fc.Arbitrary<Grouping> = fc.record({ kind: fc.constant('grouping' as const), expressions: fc.array(node, { maxLength: 3 }), span: fc.constant(span) });
  return fc.record({
    kind: fc.constant('query' as const), select: fc.array(items, { minLength: 1, maxLength: 3 }), from: relation, window: fc.option(windows), where: fc.option(node),
    groupBy: fc.option(groupings), partitionBy: fc.option(groupings), having: fc.option(node), emit: fc.constantFrom(null, 'CHANGES', 'FINAL'),
    limit: fc.option(fc.integer({ min: -5, max: 100_000 })), span: fc.constant(span),
  });
}

const queries: fc.Arbitrary<Query> = fc.tuple(sourceNames, sourceNames, fc.option(sourceNames)).chain(([first, second, alias]) => queryOver(first, second, alias));
const endless = queries.map((query): Query => ({ ...query, limit: null }));

const properties: fc.Arbitrary<Property[]> = fc.array(
  fc.tuple(names, literals).map(([name, value]): Property => ({ kind: 'property', name: name.toUpperCase(), value, span })),
  { maxLength: 3 },
);

function columnsOf(sourceKind: SourceKind): fc.Arbitrary<ColumnDefinition[]> {
  const keyRole = sourceKind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  const plain = fc.tuple(names, types, fc.constantFrom('VALUE', keyRole)).map(([name, type, role]): ColumnDefinition => ({ kind: 'columnDefinition', name, type, role, headerKey: null, span }));
  const bytes = { kind: 'primitiveType', type: BYTES, span } as const;
  const header = fc.tuple(names, fc.string({ maxLength: 4 })).map(([name, headerKey]): ColumnDefinition => ({ kind: 'columnDefinition', name, type: bytes, role: 'HEADER', headerKey, span }));
  const fields = [{ name: 'KEY', type: { kind: 'primitiveType', type: STRING, span } as const }, { name: 'VALUE', type: bytes }];
  const headers = names.map((name): ColumnDefinition => ({
    kind: 'columnDefinition', name, type: { kind: 'arrayType', item: { kind: 'structType', fields, span }, span }, role: 'HEADERS', headerKey: null, span,
  }));
  return fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: plain }, header, headers), { maxLength: 4, selector: (column) => column.name });
}

const sourceKinds = fc.constantFrom<SourceKind>('STREAM', 'TABLE');
const flags = { orReplace: fc.boolean(), ifNotExists: fc.boolean() };
const rows = fc.array(expressions([]), { maxLength: 3 });

/** Statements of every shape that carries names, types, literals or queries. */
export const statements: fc.Arbitrary<Statement> = fc.oneof(
  queries,
  sourceKinds.chain((sourceKind) => fc.record({
    kind: fc.constant('createSource' as const), sourceKind: fc.constant(sourceKind), name: sourceNames, ...flags, readOnly: fc.boolean(), columns: columnsOf(sourceKind), properties, span: fc.constant(span),
  })),
  fc.record({ kind: fc.constant('createAsSelect' as const), sourceKind: sourceKinds, name: sourceNames, ...flags, properties, query: endless, span: fc.constant(span) }),
  fc.record({ kind: fc.constant('insertSelect' as const), target: sourceNames, properties, query: queries, span: fc.constant(span) }),
  fc.tuple(sourceNames, rows, fc.boolean(), names).map(([target, values, isNamed, name]): Statement => ({
    kind: 'insertValues', target, values, columns: isNamed ? values.map((_, index) => ({ kind: 'identifier', name: `${name}${index}`, span })) : [], span,
  })),
  fc.record({ kind: fc.constant('alterSource' as const), sourceKind: sourceKinds, name: sourceNames, columns: fc.array(fc.record({ name: names, type: types, span: fc.constant(span) }), { minLength: 1, maxLength: 3 }), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('createType' as const), name: names, ifNotExists: fc.boolean(), type: types, span: fc.constant(span) }),
  fc.record({ kind: fc.constant('dropType' as const), name: names, ifExists: fc.boolean(), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('dropSource' as const), sourceKind: sourceKinds, name: sourceNames, ifExists: fc.boolean(), deleteTopic: fc.boolean(), span: fc.constant(span) }),
  queries.map((statement): Statement => ({ kind: 'explain', queryId: null, statement, span })),
  names.map((queryId): Statement => ({ kind: 'explain', queryId, statement: null, span })),
  fc.record({ kind: fc.constant('describe' as const), what: fc.constant('SOURCE' as const), name: names, extended: fc.boolean(), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('print' as const), topic: names, fromBeginning: fc.boolean(), interval: fc.option(fc.nat(9)), limit: fc.option(fc.nat(9)), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('set' as const), name: fc.string(), value: fc.string(), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('define' as const), name: names, value: fc.string(), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('assertTopic' as const), notExists: fc.boolean(), topic: names, properties, timeout: fc.option(durations), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('assertSchema' as const), notExists: fc.boolean(), subject: fc.option(names), id: fc.option(literals), timeout: fc.option(durations), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('queryControl' as const), action: fc.constantFrom('TERMINATE', 'PAUSE', 'RESUME', 'RESET'), queryId: fc.option(names), span: fc.constant(span) }),
);
