import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedPages } from '../../scripts/docs/pages.js';
import { PROPERTIES, WITHOUT_EFFECT, findProperty } from '../../src/engine/index.js';
import { ERROR_CODES } from '../../src/errors/index.js';
import { builtInFunctions } from '../../src/functions/index.js';
import type { Statement } from '../../src/parser/index.js';
import { findFormatTraits, type FormatName } from '../../src/serde/index.js';
import { ROOT, sourceFiles } from './tree.js';

const page = readFileSync(join(ROOT, 'COMPAT.md'), 'utf8');

/** Rows of the tables below a heading, as their cells. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const from = page.indexOf(`\n## ${heading}\n`);
  const section = page.slice(from, page.indexOf('\n## ', from + 1) < 0 ? undefined : page.indexOf('\n## ', from + 1));
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-|: ]+\|$/.test(line))
    .slice(1)
    .map((line) => line.slice(1, -1).split(' | ').map((cell) => cell.trim()));
}
const firstCells = (heading: string): readonly string[] => rowsBelow(heading).map(([cell = '']) => cell);

// A statement that the grammar gains does not compile here until it has its line on the page.
const STATEMENTS: { readonly [K in Statement['kind']]: string } = {
  query: 'SELECT', createSource: 'CREATE STREAM/TABLE', createAsSelect: 'CREATE … AS SELECT', insertSelect: 'INSERT INTO … SELECT', insertValues: 'INSERT INTO … VALUES',
  dropSource: 'DROP STREAM/TABLE', alterSource: 'ALTER STREAM/TABLE', createType: 'CREATE TYPE', dropType: 'DROP TYPE', createConnector: 'CREATE CONNECTOR',
  dropConnector: 'DROP CONNECTOR', show: 'SHOW / LIST', describe: 'DESCRIBE', explain: 'EXPLAIN', print: 'PRINT', queryControl: 'TERMINATE, PAUSE, RESUME', set: 'SET',
  unset: 'UNSET', alterSystem: 'ALTER SYSTEM', define: 'DEFINE', undefine: 'UNDEFINE', assertTopic: 'ASSERT TOPIC', assertSchema: 'ASSERT SCHEMA',
  assertValues: 'ASSERT VALUES', assertNullValues: 'ASSERT NULL VALUES', assertSource: 'ASSERT STREAM/TABLE', runScript: 'RUN SCRIPT',
};
const FORMATS: { readonly [K in FormatName]: true } = { KAFKA: true, DELIMITED: true, JSON: true, JSON_SR: true, AVRO: true, PROTOBUF: true, PROTOBUF_NOSR: true, NONE: true };

test('every statement of the grammar has its line', () => {
  expect(firstCells('Statements').toSorted()).toEqual(Object.values(STATEMENTS).map((name) => `\`${name}\``).toSorted());
});

test('every format has its line', () => {
  expect(Object.keys(FORMATS).every((name) => findFormatTraits(name) !== null)).toBe(true);
  expect(firstCells('Formats').toSorted()).toEqual(Object.keys(FORMATS).map((name) => `\`${name}\``).toSorted());
});

test('every function has its place', () => {
  const named = rowsBelow('Functions').flatMap(([, functions = '']) => [...functions.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
  expect(named.toSorted()).toEqual(builtInFunctions.list().map((entry) => entry.name).toSorted());
});

/** Routes as the server registers them: `app.get('/info'…`, also in a loop over paths or for a constant of paths. */
function routes(): readonly string[] {
  return sourceFiles(['src/server/routes']).flatMap(({ text }) => {
    const direct = [...text.matchAll(/app\.(get|post|put|delete)(?:<[^(]*>)?\(\s*'([^']+)'/g)].map((match) => `${(match[1] ?? '').toUpperCase()} ${match[2] ?? ''}`);
    const looped = [...text.matchAll(/for \(const path of \[([^\]]+)\][^{]*?\)\s*\{?\s*app\.(get|post|put|delete)\(path/g)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/'([^']+)'/g)].map((path) => `${(match[2] ?? '').toUpperCase()} ${path[1] ?? ''}`),
    );
    return [...direct, ...looped];
  });
}

test('every endpoint has its line', () => {
  const listed = [...firstCells('Endpoints'), ...firstCells('Endpoints of the embedded registry')];
  const missing = routes().filter((route) => !listed.includes(`\`${route}\``));
  expect(missing).toEqual([]);
  expect(routes().length).toBeGreaterThan(15);
});

test('every line says yes, partly or no, and names tests that exist', () => {
  const wrong: string[] = [];
  for (const heading of ['Statements', 'Clauses of queries', 'Types', 'Formats', 'Functions', 'Endpoints', 'Endpoints of the embedded registry', 'Servers and their surroundings']) {
    const rows = rowsBelow(heading);
    if (rows.length === 0) wrong.push(`${heading}: no rows`);
    for (const row of rows) {
      const state = heading === 'Functions' ? row[2] : row[1];
      if (!['yes', 'partly', 'no'].includes(state ?? '')) wrong.push(`${heading}: ${row[0]} is neither yes, partly nor no`);
      if (state !== 'yes' && (row[2] ?? '') === '') wrong.push(`${heading}: ${row[0]} does not say what is missing`);
      const tests = [...(row.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      if (tests.length === 0) wrong.push(`${heading}: ${row[0]} names no test`);
      for (const path of tests) if (!existsSync(join(ROOT, path))) wrong.push(`${heading}: ${path} does not exist`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the generated pages are as the code is: run `npm run docs`', () => {
  const stale = [...generatedPages()].filter(([path, text]) => !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== text).map(([path]) => path);
  expect(stale).toEqual([]);
});

test('every error code is on its page', () => {
  const errors = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  expect(Object.keys(ERROR_CODES).filter((code) => !errors.includes(`\`${code}\``))).toEqual([]);
});

test('every setting of ksqlDB is read somewhere, or listed as without effect', () => {
  const listed = WITHOUT_EFFECT.flatMap(({ names }) => names);
  expect(rowsBelow('Settings without effect')).toEqual(WITHOUT_EFFECT.map(({ names, reason }) => [names.map((name) => `\`${name}\``).join(', '), reason]));
  expect(listed.toSorted()).toEqual([...new Set(listed)].toSorted());
  expect(listed.filter((name) => !name.endsWith('*') && findProperty(name) === null)).toEqual([]);
  const sources = sourceFiles(['src', 'cli']).filter(({ path }) => !/config\/(?:property-table|without-effect)\.ts$/.test(path)).map(({ text }) => text).join('\n');
  // The registry's are read by the rest of their names; a word without a dot may stand for anything else.
  const isRead = (name: string): boolean => name.startsWith('ksql.schema.registry.') || sources.includes(name.includes('.') ? `'${name}'` : `settings.list('${name}')`);
  const known = [...PROPERTIES.keys()].filter((name) => !name.startsWith('millrace.'));
  expect(known.filter((name) => isRead(name) === listed.includes(name))).toEqual([]);
});
