import { assert } from '../../errors/index.js';
import { rewindBytes } from '../../types/index.js';
import type { EvaluationEnvironment } from '../environment.js';

/** Gives the JavaScript expression of an input column: free of side effects, total, and made of invented identifiers only. */
export interface EmitScope {
  /** Called once per straight-line piece of code, when the column is first needed; the value is kept in a variable. */
  column(side: 'key' | 'value', index: number): string;
}

/**
 * `branch`: code that may be skipped, so what is loaded in it is not known outside. `open`: guards and lambda bodies, which
 * loads leave: a column cannot fail, so it is decoded before them, where later code finds it too.
 */
type FrameKind = 'branch' | 'open';
interface Frame {
  readonly kind: FrameKind;
  readonly lines: string[];
  readonly loaded: Map<EmitScope, Map<string, string>>;
}

const ROW_START = '// a row';
const IDENTIFIER = /^[a-z][A-Za-z0-9]*$/;

/**
 * Builds one JavaScript function. Generated source contains only identifiers invented here (`v1…` variables, `k1…` constants,
 * `g1…` labels), the caller's parameter names, numbers and operators; every value, also every text of a user, is a constant
 * that the source names but does not contain.
 */
export class CodeBuilder {
  readonly #constants: unknown[] = [];
  readonly #constantNames = new Map<unknown, string>();
  readonly #frames: Frame[] = [newFrame('branch')];
  #counter = 0;
  #rewinds: string | null = null;

  constructor(readonly environment: EvaluationEnvironment) {}

  /** An identifier bound to the value; the same value gives the same identifier. */
  constant(value: unknown): string {
    // A Map takes −0 and 0 for one key.
    const known = Object.is(value, -0) ? undefined : this.#constantNames.get(value);
    if (known !== undefined) return known;
    this.#constants.push(value);
    const name = `k${this.#constants.length}`;
    if (!Object.is(value, -0)) this.#constantNames.set(value, name);
    return name;
  }

  /** A fresh identifier; `prefix` is one lower-case letter. */
  fresh(prefix = 'v'): string {
    this.#counter++;
    return `${prefix}${this.#counter}`;
  }

  line(text: string): void {
    this.#frame().lines.push(text);
  }

  /** Here the code of a row begins. */
  startRow(): void {
    this.line(ROW_START);
  }

  /** The row's code looks at BYTES: their read positions start anew with each row. */
  readsBytes(): void {
    this.#rewinds ??= this.constant(rewindBytes);
  }

  /** `const v1 = code;` → `v1`. */
  declare(code: string): string {
    const name = this.fresh();
    this.line(`const ${name} = ${code};`);
    return name;
  }

  /**
   * Emits `header { … }` around what `body` emits. ALL control flow in generated code goes through here: columns loaded inside
   * are forgotten at the end of the block.
   */
  block(header: string, body: () => void): void {
    const { lines } = this.capture('branch', body);
    this.line(`${header} {`);
    for (const each of lines) this.line(`  ${each}`);
    this.line('}');
  }

  /** Collects what `body` emits instead of appending it. */
  capture<T>(kind: FrameKind, body: () => T): { readonly lines: readonly string[]; readonly result: T } {
    const frame = newFrame(kind);
    this.#frames.push(frame);
    try {
      return { result: body(), lines: frame.lines };
    } finally {
      this.#frames.pop();
    }
  }

  /** The variable that holds a column; decodes it at the first use in the current straight-line code. */
  load(scope: EmitScope, side: 'key' | 'value', index: number): string {
    const id = `${side}${index}`;
    for (const frame of this.#frames) {
      const known = frame.loaded.get(scope)?.get(id);
      if (known !== undefined) return known;
    }
    const target = this.#frames.findLast((frame) => frame.kind === 'branch') ?? this.#frame();
    const code = scope.column(side, index);
    const name = IDENTIFIER.test(code) ? code : this.fresh();
    if (name !== code) target.lines.push(`const ${name} = ${code};`);
    const loaded = target.loaded.get(scope) ?? new Map<string, string>();
    target.loaded.set(scope, loaded.set(id, name));
    return name;
  }

  /** The source as it will run, for EXPLAIN and tests. */
  source(parameterNames: readonly string[]): string {
    const rewind = this.#rewinds === null ? [] : [`${this.#rewinds}();`];
    const lines = this.#frame().lines.flatMap((line) => (line.endsWith(ROW_START) ? rewind : [line]));
    const body = lines.map((line) => `  ${line}\n`).join('');
    return `(${parameterNames.join(', ')}) => {\n${body}}`;
  }

  /**
   * The function. `F` is the caller's promise about the parameters it named and the value it returns; the source was made by
   * this builder and its callers alone, so the promise is as good as any signature.
   */
  build<F extends (...values: never[]) => unknown>(parameterNames: readonly string[]): F {
    assert(this.#frames.length === 1, 'all blocks are closed');
    for (const name of parameterNames) assert(IDENTIFIER.test(name), 'parameter names are invented identifiers');
    const names = this.#constants.map((_, index) => `k${index + 1}`);
    const factory: unknown = Reflect.construct(Function, [...names, `'use strict';\nreturn ${this.source(parameterNames)};`]);
    assert(typeof factory === 'function', 'the source compiles to a function');
    const built: unknown = Reflect.apply(factory, undefined, this.#constants);
    // Sound as far as the generated source keeps the caller's promise; see above.
    return built as F;
  }

  #frame(): Frame {
    const frame = this.#frames.at(-1);
    assert(frame !== undefined, 'there is an open frame');
    return frame;
  }
}

function newFrame(kind: FrameKind): Frame {
  return { kind, lines: [], loaded: new Map() };
}
