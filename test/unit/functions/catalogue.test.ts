import { describe, expect, test } from 'vitest';
import { builtInFunctions, describeFunction, functionReference, functionSummaries, layerFunctions, scalar, signatureText, t, variant } from '../../../src/functions/index.js';
import { entryOf } from './harness.js';

const mine = (name: string, description: string) =>
  scalar({
    name,
    category: 'OTHER',
    description,
    examples: [],
    variants: [variant({ parameters: [], returns: t.integer, nulls: 'called', evaluate: () => 1 })],
  });

describe('catalogue', () => {
  test('is sorted, documented and found by any case', () => {
    const names = builtInFunctions.list().map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(builtInFunctions.find('array_Length')?.name).toBe('ARRAY_LENGTH');
    expect(builtInFunctions.find('nothing')).toBeNull();
    for (const entry of builtInFunctions.list()) {
      expect(entry.name, entry.name).toBe(entry.name.toUpperCase());
      expect(entry.description, entry.name).toMatch(/\.$/);
      expect(entry.variants.length, entry.name).toBeGreaterThan(0);
      // Variants are recognised by their signature when a stored plan is loaded.
      const signatures = entry.variants.map((each) => signatureText(entry.name, each));
      expect(new Set(signatures).size, entry.name).toBe(signatures.length);
    }
  });
  test('layers', () => {
    const layered = layerFunctions(builtInFunctions, [mine('ABS_OF_MINE', 'New.'), mine('COALESCE', 'Other.')]);
    expect(layered.find('abs_of_mine')?.description).toBe('New.');
    expect(layered.find('COALESCE')?.description).toBe('Other.');
    expect(layered.list()).toHaveLength(builtInFunctions.list().length + 1);
    expect(builtInFunctions.find('COALESCE')?.description).not.toBe('Other.');
    const names = layered.list().map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
  });
});

describe('descriptions', () => {
  const signaturesOf = (name: string): readonly string[] => describeFunction(entryOf(name)).variants.map(({ signature, returnType }) => `${signature} -> ${returnType}`);
  test('signatures', () => {
    expect(signaturesOf('COALESCE')).toEqual(['COALESCE(T first, T... others) -> T']);
    expect(signaturesOf('EXPLODE')).toEqual(['EXPLODE(ARRAY<DECIMAL> input) -> DECIMAL', 'EXPLODE(ARRAY<T> list) -> T']);
    expect(signaturesOf('TRANSFORM')).toEqual([
      'TRANSFORM(ARRAY<T> items, LAMBDA (T) => R change) -> ARRAY<R>',
      'TRANSFORM(MAP<K, V> entries, LAMBDA (K, V) => R newKey, LAMBDA (K, V) => T newValue) -> MAP<R, T>',
    ]);
    expect(signaturesOf('LATEST_BY_OFFSET')).toEqual([
      'LATEST_BY_OFFSET(T column) -> T',
      'LATEST_BY_OFFSET(T column, BOOLEAN ignoreNulls) -> T',
      'LATEST_BY_OFFSET(T column, INTEGER n) -> ARRAY<T>',
      'LATEST_BY_OFFSET(T column, INTEGER n, BOOLEAN ignoreNulls) -> ARRAY<T>',
    ]);
    expect(signaturesOf('TOPK').at(-1)).toBe('TOPK(STRING column, ANY other, ANY... others, INTEGER k) -> ARRAY<STRUCT<sort_col STRING, col0 ANY>>');
    expect(signaturesOf('SUM').at(-1)).toBe('SUM(DECIMAL column) -> DECIMAL');
  });
  test('summaries', () => {
    const summaries = functionSummaries(builtInFunctions);
    expect(summaries).toHaveLength(builtInFunctions.list().length);
    expect(summaries.find(({ name }) => name === 'EXPLODE')).toEqual({ name: 'EXPLODE', type: 'TABLE', category: 'TABLE' });
    expect(summaries.find(({ name }) => name === 'SUM')).toEqual({ name: 'SUM', type: 'AGGREGATE', category: 'AGGREGATE' });
    expect(describeFunction(entryOf('ENTRIES')).variants[0]?.arguments[1]).toEqual({
      name: 'sorted', type: 'BOOLEAN', description: 'whether to order them by key', isVariadic: false, isLiteral: false,
    });
  });
  test('the reference holds every function, its signatures and its examples', () => {
    const page = functionReference(builtInFunctions);
    for (const entry of builtInFunctions.list()) {
      expect(page).toContain(`### ${entry.name}\n\n${entry.description}`);
      for (const each of entry.variants) expect(page).toContain(`${signatureText(entry.name, each)} -> `);
      for (const { sql } of entry.examples) expect(page).toContain(sql);
    }
    expect(page).toContain('-- x INTEGER: (1), (2), (NULL)\nSUM(x)\n-- 3');
  });
});
