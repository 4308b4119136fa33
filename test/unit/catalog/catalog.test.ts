import { describe, expect, test } from 'vitest';
import {
  applyChange, applyChanges, catalogFromJson, catalogToJson, EMPTY_CATALOG, readersOf, sourcesOverTopic, writersOf,
  type Catalog, type CatalogJson, type PersistentQuery, type Source,
} from '../../../src/catalog/index.js';
import { INTEGER, STRING } from '../../../src/types/index.js';

const FORMAT = { name: 'JSON', properties: {}, features: [] } as const;

function source(name: string, more: Partial<Source> = {}): Source {
  return {
    kind: 'STREAM', name, topic: name.toLowerCase(), keyColumns: [{ name: 'ID', type: INTEGER }], valueColumns: [{ name: 'V', type: STRING }],
    headerColumns: [], keyFormat: FORMAT, valueFormat: FORMAT, window: null, timestamp: null, readOnly: false, createdBy: null,
    statementText: '', connector: null, ...more,
  };
}

function query(id: string, sources: readonly string[], sink: string | null): PersistentQuery {
  return { id, kind: 'INSERT', sources, sink, statementText: '', plan: { kind: 'persistent', nested: [1, { a: null }] }, paused: false };
}

const FULL: Catalog = applyChanges(EMPTY_CATALOG, [
  { kind: 'putSource', source: source('A') },
  { kind: 'putSource', source: source('B', { topic: 'a' }) },
  { kind: 'putQuery', query: query('Q1', ['A'], 'B') },
  { kind: 'putQuery', query: query('Q2', ['B', 'A'], 'C') },
  { kind: 'putType', name: 'NAME', type: STRING },
]);

describe('catalog', () => {
  test('a change leaves the catalog before it as it was', () => {
    const after = applyChange(FULL, { kind: 'dropSource', name: 'A' });
    expect(FULL.sources.has('A')).toBe(true);
    expect(after.sources.has('A')).toBe(false);
    expect(after.queries).toBe(FULL.queries);
    expect(after.sources.get('B')).toBe(FULL.sources.get('B'));
  });

  test('each change does one thing', () => {
    expect(applyChange(FULL, { kind: 'removeQuery', id: 'Q1' }).queries.has('Q1')).toBe(false);
    expect(applyChange(FULL, { kind: 'setPaused', id: 'Q2', paused: true }).queries.get('Q2')?.paused).toBe(true);
    expect(applyChange(FULL, { kind: 'dropType', name: 'NAME' }).types.size).toBe(0);
    expect(applyChange(FULL, { kind: 'putSource', source: source('A', { topic: 'other' }) }).sources.get('A')?.topic).toBe('other');
  });

  test.each([
    { kind: 'dropSource', name: 'Z' },
    { kind: 'removeQuery', id: 'Z' },
    { kind: 'setPaused', id: 'Z', paused: true },
    { kind: 'dropType', name: 'Z' },
  ] as const)('%o of something that is not there is our own fault', (change) => {
    expect(() => applyChange(FULL, change)).toThrow('Invariant broken');
  });

  test('readers, writers and sources over a topic are look-ups', () => {
    expect(readersOf(FULL, 'A').map(({ id }) => id)).toEqual(['Q1', 'Q2']);
    expect(writersOf(FULL, 'B').map(({ id }) => id)).toEqual(['Q1']);
    expect(sourcesOverTopic(FULL, 'a')).toEqual(['A', 'B']);
  });

  test('JSON gives the same catalog back, in the same order', () => {
    // Sound: JSON data comes back as it went.
    const json = JSON.parse(JSON.stringify(catalogToJson(FULL))) as CatalogJson;
    const back = catalogFromJson(json);
    expect(back).toEqual(FULL);
    expect([...back.sources.keys()]).toEqual([...FULL.sources.keys()]);
  });
});
