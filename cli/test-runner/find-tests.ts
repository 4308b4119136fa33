import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RequestError } from '../../src/errors/index.js';
import { readSqlTests, runSpecTest, runSqlTest, type SpecTest } from '../../src/testing/index.js';

/** One test, however it is written. */
export interface FoundTest {
  readonly file: string;
  readonly name: string;
  /** null: it holds; else why not. */
  run(): Promise<string | null>;
}

export interface TestOptions {
  readonly properties: Readonly<Record<string, string>>;
  /** Folder of user functions. */
  readonly extensions: string | null;
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((entry) => (entry === 'node_modules' || entry.startsWith('.') ? [] : filesBelow(join(path, entry))));
}

function propertiesOf({ properties, extensions }: TestOptions): Readonly<Record<string, string>> {
  return extensions === null ? properties : { ...properties, 'ksql.extension.dir': extensions };
}

function scriptTests(file: string, text: string, options: TestOptions): readonly FoundTest[] {
  const readScript = (path: string): string => readFileSync(resolve(dirname(file), path), 'utf8');
  return readSqlTests(text).map((test) => ({ file, name: test.name, run: () => runSqlTest(test, { readScript, properties: propertiesOf(options) }) }));
}

/** A test of statements, inputs and outputs in files of their own. */
export function specTest(files: { readonly sql: string; readonly inputs: string | null; readonly outputs: string }, options: TestOptions): FoundTest {
  const run = (): Promise<string | null> => {
    const test: SpecTest = {
      name: files.sql,
      sql: readFileSync(files.sql, 'utf8'),
      inputs: files.inputs === null ? null : readFileSync(files.inputs, 'utf8'),
      outputs: readFileSync(files.outputs, 'utf8'),
      properties: propertiesOf(options),
    };
    return runSpecTest(test);
  };
  return { file: files.sql, name: 'statements, inputs, outputs', run };
}

/** `orders.sql` with `orders.outputs.json` beside it, and `orders.inputs.json` where it needs one. */
function specBeside(file: string, options: TestOptions): FoundTest | null {
  const [outputs, inputs] = ['outputs', 'inputs'].map((kind) => file.replace(/\.sql$/, `.${kind}.json`));
  if (outputs === undefined || inputs === undefined || !existsSync(outputs)) return null;
  return specTest({ sql: file, outputs, inputs: existsSync(inputs) ? inputs : null }, options);
}

/** All tests in files and below folders, in order. Throws RequestError where a path holds none. */
export function findTests(paths: readonly string[], options: TestOptions): readonly FoundTest[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new RequestError('BAD_REQUEST', `${path} does not exist`);
    const found = filesBelow(path).filter((file) => file.endsWith('.sql')).flatMap((file) => {
      const spec = specBeside(file, options);
      return spec === null ? scriptTests(file, readFileSync(file, 'utf8'), options) : [spec];
    });
    if (found.length === 0) {
      throw new RequestError('BAD_REQUEST', `${path} holds no tests`, { hint: 'A test is a part of an .sql file behind a line `--@test: NAME`, or an .sql file with .outputs.json beside it.' });
    }
    return found;
  });
}
