import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { explainPlan, type QueryPlan } from '../../../src/plan/index.js';
import { plan } from './planning.js';

// Each `<name>.sql` ends in a query; `<name>.txt` is its EXPLAIN. UPDATE_GOLDEN=1 rewrites them.
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'golden', 'plans');

function explained(sql: string): string {
  const { plans, queries } = plan(sql);
  const last: QueryPlan | undefined = queries.at(-1) ?? plans.at(-1);
  if (last === undefined) throw new Error('The script plans no query.');
  const text = explainPlan(last);
  // Sound: a plan is JSON data.
  const stored = JSON.parse(JSON.stringify(last)) as QueryPlan;
  expect(explainPlan(stored)).toEqual(text);
  const topics = text.internalTopics.map((topic) => `   ${topic.kind} ${topic.name} (partitions of ${topic.partitionsOf})`);
  return `${text.executionPlan}${text.topology}${topics.length === 0 ? '' : `Internal topics:\n${topics.join('\n')}\n`}`;
}

describe('explained plans', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
  test.each(names)('%s', (name) => {
    const rendered = explained(readFileSync(join(FOLDER, name), 'utf8'));
    const expectation = join(FOLDER, name.replace(/\.sql$/, '.txt'));
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expectation, rendered);
    expect(rendered).toBe(readFileSync(expectation, 'utf8'));
  });
});
