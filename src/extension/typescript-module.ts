import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { RequestError } from '../errors/index.js';
import { moduleUrl } from './module-url.js';
import { findTypeScript, TypeScriptModules } from './with-typescript.js';

type Build = (options: object) => Promise<unknown>;

/** An address under which a TypeScript module can be imported: Node's own where it reads types, else what `typescript` or esbuild makes of it. */
export async function typeScriptModule(path: string): Promise<string> {
  const features: object = process.features;
  if ('typescript' in features && typeof features.typescript === 'string') return moduleUrl(path);
  const compiler = findTypeScript(path);
  if (compiler !== null) return new TypeScriptModules(compiler, OWN_DEFINITIONS).urlOf(path);
  const build = await findEsbuild(path);
  if (build === null) {
    throw new RequestError('BAD_REQUEST', `${path} is TypeScript, which Node.js ${process.versions.node} does not read by itself`, { hint: 'Install typescript 5 or esbuild beside it (npm install typescript@5), run Node.js 22.18 or newer, or write JavaScript.' });
  }
  const bundled = await build({
    entryPoints: [path], bundle: true, write: false, format: 'esm', platform: 'node', target: 'node20', logLevel: 'silent',
    plugins: [ownDefinitions],
  });
  return `data:text/javascript;base64,${Buffer.from(textOf(bundled)).toString('base64')}`;
}

async function findEsbuild(path: string): Promise<Build | null> {
  let found: string;
  try {
    found = createRequire(path).resolve('esbuild');
  } catch {
    return null;
  }
  const loaded: unknown = await import(pathToFileURL(found).href);
  const build: unknown = typeof loaded === 'object' && loaded !== null && 'build' in loaded ? loaded.build : null;
  return isBuild(build) ? build : null;
}

const isBuild = (value: unknown): value is Build => typeof value === 'function';

// The builders only name the kind, so a bundle needs no copy of this package.
const OWN_DEFINITIONS = ['Scalar', 'Table', 'Aggregate'].map((kind) => `export const define${kind} = (one) => ({ ...one, kind: '${kind.toLowerCase()}' });`).join('\n');

const ownDefinitions = {
  name: 'millrace',
  setup: (build: { onResolve: (on: object, use: () => object) => void; onLoad: (on: object, use: () => object) => void }) => {
    build.onResolve({ filter: /^millrace$/ }, () => ({ path: 'millrace', namespace: 'millrace' }));
    build.onLoad({ filter: /.*/, namespace: 'millrace' }, () => ({ contents: OWN_DEFINITIONS }));
  },
};

function textOf(bundled: unknown): string {
  const files: unknown = typeof bundled === 'object' && bundled !== null && 'outputFiles' in bundled ? bundled.outputFiles : null;
  const first: unknown = Array.isArray(files) ? files[0] : null;
  return typeof first === 'object' && first !== null && 'text' in first && typeof first.text === 'string' ? first.text : '';
}
