import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { open } from '../../../src/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ext-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const scalar = (name: string, body = '() => 1'): string => `{ kind: 'scalar', name: '${name}', parameters: ['INT'], returns: 'INT', evaluate: ${body} }`;

/** Names of the functions that an engine over the folder has besides the built-in ones. */
async function loaded(properties: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const db = await open({ memory: true, properties: { 'ksql.extension.dir': folder, ...properties } });
  const [entity] = await db.execute('SHOW FUNCTIONS;');
  await db.close();
  const functions = entity !== undefined && 'functions' in entity && Array.isArray(entity.functions) ? entity.functions.map((each: { name: string }) => each.name) : [];
  return functions.filter((name) => name.startsWith('MY_'));
}

test('modules of each kind', async () => {
  write('one.mjs', `export const first = ${scalar('my_first')}; export const more = [${scalar('my_second')}, ${scalar('my_third')}];`);
  write('two.cjs', `module.exports = { fourth: ${scalar('my_fourth')} };`);
  write('three.mjs', `import { twice } from './shared/twice.mjs'; export default { kind: 'scalar', name: 'my_fifth', parameters: ['INT'], returns: 'INT', evaluate: twice };`);
  mkdirSync(join(folder, 'shared'));
  write('shared/twice.mjs', 'export const twice = (value) => value * 2;');
  write('readme.md', 'no code');
  write('one.test.mjs', 'throw new Error("not for loading")');
  expect(await loaded()).toEqual(['MY_FIFTH', 'MY_FIRST', 'MY_FOURTH', 'MY_SECOND', 'MY_THIRD']);
});

test('a module that was edited is read anew by the next engine', async () => {
  write('one.mjs', `export const one = ${scalar('my_before')};`);
  expect(await loaded()).toEqual(['MY_BEFORE']);
  write('one.mjs', `export const one = ${scalar('my_after')};`);
  expect(await loaded()).toEqual(['MY_AFTER']);
});

test('no folder, no functions; and none where they are switched off', async () => {
  expect(await loaded({ 'ksql.extension.dir': join(folder, 'nowhere') })).toEqual([]);
  write('one.mjs', `export const one = ${scalar('my_one')};`);
  expect(await loaded({ 'ksql.udfs.enabled': 'false' })).toEqual([]);
});

/** A folder of packages with only this one in it, under the name that modules ask for. */
function installed(name: string, source: string): void {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(process.cwd(), 'node_modules', source), join(folder, 'node_modules', name));
}

test.each([['esbuild', 'esbuild'], ['typescript', 'typescript-5']])('TypeScript, where %s is installed beside it', async (name, source) => {
  installed(name, source);
  mkdirSync(join(folder, 'shared'));
  write('shared/size.ts', 'export const size = (text: string): number => text.length;');
  write('typed.ts', `import { defineScalar } from 'millrace';\nimport { size } from './shared/size';\nexport const sized = defineScalar({ name: 'my_size', parameters: ['STRING'], returns: 'INT', evaluate: (text: string): number => size(text) });`);
  const db = await open({ memory: true, properties: { 'ksql.extension.dir': folder, 'ksql.streams.auto.offset.reset': 'earliest' } });
  await db.execute(`CREATE STREAM s (id STRING KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);`);
  await db.insert('S', [{ ID: 'four', N: 1 }]);
  for await (const row of await db.query('SELECT MY_SIZE(id) AS v FROM s EMIT CHANGES LIMIT 1;')) expect(row['V']).toBe(4);
  await db.close();
});

test('TypeScript without a reader of it is refused with what to do', async () => {
  write('typed.ts', 'export const one: number = 1;');
  const message = 'typescript' in process.features && typeof process.features.typescript === 'string' ? 'is no function definition' : 'is TypeScript, which Node.js';
  await expect(loaded()).rejects.toThrow(message);
});

test('messages name the file and the export', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['export const helper = () => 1;', 'broken.mjs, export helper is no function definition'],
    [`export const f = ${scalar('ucase')};`, 'broken.mjs, export f: UCASE is a built-in function'],
    [`export const f = ${scalar('my_f')}; export const g = ${scalar('my_f')};`, 'broken.mjs, export g: MY_F with these parameters is defined already'],
    [`export const f = { ...${scalar('my_f')}, returns: 'NUMBER' };`, `broken.mjs, export f: returns: 'NUMBER' is no SQL type`],
    ['const nothing = 1;', 'broken.mjs exports no functions'],
    ['throw new Error("at loading");', 'broken.mjs cannot be loaded: at loading'],
    ['export const = ;', 'broken.mjs cannot be loaded'],
  ];
  for (const [text, message] of cases) {
    write('broken.mjs', text);
    await expect(loaded()).rejects.toThrow(message);
  }
});

test('TypeScript that imports itself by way of others is refused with a way out', async () => {
  installed('typescript', 'typescript-5');
  mkdirSync(join(folder, 'shared'));
  write('shared/a.ts', "import { b } from './b.js'; export const a = b;");
  write('shared/b.ts', "import { a } from './a.js'; export const b = a;");
  write('one.ts', "import { a } from './shared/a.js'; export const first = a;");
  await expect(loaded()).rejects.toThrow(/imports itself/);
});

test('TypeScript where nothing reads it is refused with a way out', async () => {
  write('typed.ts', `export const one = ${scalar('my_one')};`);
  if ('typescript' in process.features && process.features.typescript !== false) return;
  await expect(loaded()).rejects.toThrow(/is TypeScript/);
});
