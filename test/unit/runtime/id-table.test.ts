import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdTable } from '../../../src/runtime/id-table.js';

it('gives what was added under its number until it is deleted, however many stay', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ adds: fc.boolean(), pick: fc.nat() }), { maxLength: 600 }), (steps) => {
      const table = new IdTable<string>();
      const model = new Map<number, string>();
      const given = new Set<number>();
      for (const [at, { adds, pick }] of steps.entries()) {
        const ids = [...model.keys()];
        const some = ids[pick % Math.max(1, ids.length)];
        if (adds || some === undefined) {
          const id = table.add(`value ${at}`);
          expect(given.has(id)).toBe(false);
          given.add(id);
          model.set(id, `value ${at}`);
        } else {
          table.delete(some);
          model.delete(some);
          expect(table.get(some)).toBeUndefined();
        }
        expect([...table.values()]).toHaveLength(model.size);
      }
      for (const [id, value] of model) expect(table.get(id)).toBe(value);
      expect([...table.values()].sort()).toEqual([...model.values()].sort());
      table.clear();
      expect([...table.values()]).toEqual([]);
    }),
  );
});
