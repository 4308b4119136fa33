import { expect, test } from 'vitest';
import { sourceFiles } from './tree.js';

// The house: which folder may import which. Layer 0 is open to all.
const FOUNDATION = ['errors', 'types', 'env'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  types: ['errors'],
  env: [],
  parser: [],
  functions: [],
  serde: [],
  state: [],
  broker: [],
  connect: [],
  registry: [],
  api: [],
  catalog: [],
  expr: ['functions'],
  plan: ['expr'],
  extension: ['functions'],
  planner: ['parser', 'catalog', 'functions', 'expr', 'plan'],
  runtime: ['plan', 'expr', 'functions', 'extension', 'serde', 'state', 'broker'],
  engine: ['parser', 'functions', 'extension', 'serde', 'state', 'broker', 'connect', 'registry', 'api', 'catalog', 'expr', 'plan', 'planner', 'runtime'],
  server: ['engine', 'api'],
  client: ['api'],
  // The composition of a thread: what the runtime needs from outside is made there, as `openLocal` makes it for the engine's own thread.
  worker: ['runtime', 'functions', 'extension', 'serde', 'state', 'broker'],
  // The case runner judges from outside and inside: it reads topics byte by byte, decodes them as the catalog says, starts servers,
  // and brings functions of its own (docs/adr/case-runner-may-look-inside.md).
  testing: ['engine', 'client', 'api', 'server', 'parser', 'serde', 'broker', 'catalog', 'functions'],
};
const PROGRAM_IMPORTS = ['engine', 'client', 'api', 'server', 'testing', 'worker', 'runtime', 'parser'];
const DOORS: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ['src/parser/'],
  kafkajs: ['src/broker/kafka/'],
  fzstd: ['src/broker/kafka/'],
  'classic-level': ['src/state/disk/', 'src/broker/embedded/'],
  'abstract-level': ['src/state/disk/', 'src/broker/embedded/'],
  '@nxtedition/rocksdb': ['src/state/disk/'],
  immer: ['src/catalog/'],
  commander: ['cli/'],
  'csv-parse': ['cli/bulk/'],
  'csv-stringify': ['cli/bulk/'],
  avsc: ['src/serde/'],
  protobufjs: ['src/serde/'],
  '@js-joda/core': ['src/functions/'],
  // Patterns of JSON Schemas are users' texts like those of REGEXP functions: both need linear time.
  re2js: ['src/functions/', 'src/registry/json/'],
  fastify: ['src/server/'],
  'prom-client': ['src/server/'],
  jose: ['src/server/security/'],
};

const files = sourceFiles(['src', 'cli']);
const folderOf = (path: string): string => path.split('/')[1] ?? '';

test('folders import only what the table allows', () => {
  const wrong: string[] = [];
  for (const file of files.filter((each) => each.path.startsWith('src/') && each.path !== 'src/index.ts')) {
    const folder = folderOf(file.path);
    const allowed = MAY_IMPORT[folder];
    if (allowed === undefined) wrong.push(`${file.path}: folder ${folder} is not on the map`);
    for (const each of file.imports.filter((one) => one.isRelative)) {
      const target = folderOf(each.target);
      if (!each.target.startsWith('src/')) wrong.push(`${file.path} → ${each.target}`);
      else if (target !== folder && !FOUNDATION.includes(target) && !(allowed ?? []).includes(target)) wrong.push(`${file.path} → ${each.target}`);
      if (FOUNDATION.includes(folder) && target !== folder && !(allowed ?? []).includes(target)) wrong.push(`${file.path} → ${each.target}`);
    }
  }
  for (const file of files.filter((each) => each.path.startsWith('cli/'))) {
    for (const each of file.imports.filter((one) => one.isRelative && one.target.startsWith('src/'))) {
      const target = folderOf(each.target);
      if (!FOUNDATION.includes(target) && !PROGRAM_IMPORTS.includes(target) && each.target !== 'src/index.ts') wrong.push(`${file.path} → ${each.target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('another folder is entered through its index', () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((each) => each.isRelative && each.target.startsWith('src/'))
      .filter((each) => folderOf(each.target) !== folderOf(file.path) || file.path.startsWith('cli/'))
      .filter((each) => !/^src\/[^/]+\/index\.ts$/.test(each.target) && each.target !== 'src/index.ts')
      .map((each) => `${file.path} → ${each.target}`),
  );
  expect(wrong).toEqual([]);
});

test('each package has one door', () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((each) => !each.isRelative)
      .filter((each) => !(DOORS[each.target] ?? ['']).some((door) => file.path.startsWith(door)))
      .map((each) => `${file.path} → ${each.specifier}`),
  );
  expect(wrong).toEqual([]);
});

test('no import cycles', () => {
  const graph = new Map(
    files.map((file) => [file.path, file.imports.filter((each) => each.isRelative && !each.isTypeOnly).map((each) => each.target)]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

test('every file is imported by somebody or is an entry', () => {
  const everything = sourceFiles(['src', 'cli', 'test', 'bench', 'examples']);
  const used = new Set(everything.flatMap((file) => file.imports.filter((each) => each.isRelative).map((each) => each.target)));
  const isEntry = (path: string): boolean =>
    /(^|\/)(index|main)\.ts$|\.d\.ts$/.test(path) || path === 'cli/millrace.ts' || path === 'src/worker/worker.ts';
  expect(files.map((file) => file.path).filter((path) => !used.has(path) && !isEntry(path))).toEqual([]);
});
