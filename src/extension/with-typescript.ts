import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RequestError } from '../errors/index.js';

/** What is used of the package `typescript`, up to its version 6: later ones have no such programming interface. */
interface Compiler {
  readonly transpileModule: (text: string, options: object) => { readonly outputText: string };
  readonly preProcessFile: (text: string) => { readonly importedFiles: readonly { readonly fileName: string; readonly pos: number; readonly end: number }[] };
  readonly ModuleKind: { readonly ESNext: number };
  readonly ScriptTarget: { readonly ES2023: number };
}

const ENDINGS = ['', '.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];
/** Files that one module may bring along. */
const MAX_FILES = 1000;

function isCompiler(value: unknown): value is Compiler {
  return typeof value === 'object' && value !== null && ['transpileModule', 'preProcessFile'].every((name) => typeof Reflect.get(value, name) === 'function') && 'ModuleKind' in value && 'ScriptTarget' in value;
}

/** The package `typescript` installed beside a module; null where there is none that can be used. */
export function findTypeScript(path: string): Compiler | null {
  try {
    const loaded: unknown = createRequire(path)('typescript');
    return isCompiler(loaded) ? loaded : null;
  } catch {
    return null;
  }
}

const dataUrl = (text: string): string => `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;

/** One module and all that it imports by relative names, each made JavaScript and named by its own text. */
export class TypeScriptModules {
  private readonly urls = new Map<string, string>();
  private readonly open = new Set<string>();

  /** `definitions`: what the package's own name stands for, as JavaScript. */
  constructor(
    private readonly compiler: Compiler,
    private readonly definitions: string,
  ) {}

  urlOf(path: string): string {
    const known = this.urls.get(path);
    if (known !== undefined) return known;
    if (this.open.has(path) || this.urls.size >= MAX_FILES) {
      throw new RequestError('BAD_REQUEST', `${path} imports itself by way of others`, { hint: 'Install esbuild beside it (npm install esbuild), or break the circle.' });
    }
    this.open.add(path);
    const url = dataUrl(this.withUrls(path, this.compile(readFileSync(path, 'utf8'))));
    this.open.delete(path);
    this.urls.set(path, url);
    return url;
  }

  private compile(text: string): string {
    const { ModuleKind, ScriptTarget } = this.compiler;
    return this.compiler.transpileModule(text, { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2023 } }).outputText;
  }

  // From the end, so that earlier places stay true.
  private withUrls(path: string, text: string): string {
    let linked = text;
    for (const { fileName, pos, end } of this.compiler.preProcessFile(text).importedFiles.toSorted((left, right) => right.pos - left.pos)) {
      // The places name the specifier with or without its quotes, by the version of the package.
      const quoted = /["']/.test(linked[pos] ?? '') ? 1 : 0;
      linked = linked.slice(0, pos + quoted) + this.target(path, fileName) + linked.slice(pos + quoted + fileName.length);
      if (end < pos) throw new RequestError('BAD_REQUEST', `${path} cannot be read`);
    }
    return linked;
  }

  private target(from: string, name: string): string {
    if (name === 'millrace') return dataUrl(this.definitions);
    if (!name.startsWith('.')) return /^(node|data|file):/.test(name) ? name : pathToFileURL(createRequire(from).resolve(name)).href;
    const base = resolve(dirname(from), name);
    const found = [...ENDINGS.map((ending) => base + ending), base.replace(/\.js$/, '.ts')].find((path) => existsSync(path) && statSync(path).isFile());
    if (found === undefined) throw new RequestError('BAD_REQUEST', `${from} imports ${name}, which is not there`);
    return /\.m?ts$/.test(found) ? this.urlOf(found) : pathToFileURL(found).href;
  }
}
