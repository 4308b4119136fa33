import { InternalError } from '../../errors/index.js';
import { EvaluationError } from '../../functions/index.js';
import type { BoundExpression } from '../nodes.js';
import type { CodeBuilder, EmitScope } from './code-builder.js';

/**
 * A piece of generated code. `code` is total and free of side effects: whatever may fail has been put into lines before it, so
 * an operand may be used in any later place, also one that is skipped.
 */
export interface Operand {
  readonly code: string;
  readonly isNullable: boolean;
  /** Costs nothing to repeat: an identifier or a literal. */
  readonly isAtom: boolean;
}

/** Where failures go: out of a labelled block after a report, or up as an exception (inside lambdas and unguarded code). */
export interface Guard {
  /** Statement that ends the guarded code because of the error that `error` names. */
  fail(error: string): string;
  /** A statement made by `fail` was emitted. */
  isUsed: boolean;
  /** Some call in the guarded code may throw. */
  mayThrow: boolean;
}

/** How failures are reported: `report(index, error)`; `report` is an identifier in the generated code. */
export interface ReportTarget {
  readonly report: string;
  readonly index: number;
}

export interface EmitContext {
  readonly builder: CodeBuilder;
  readonly scope: EmitScope;
  readonly guard: Guard;
  /** Nested failures are reported here; null: they are not. */
  readonly target: ReportTarget | null;
  /** Identifiers of lambda parameters, innermost lambda last. */
  readonly lambdas: readonly (readonly string[])[];
  /** The value becomes a text next: a DECIMAL may keep a scale of its own (`atOwnScale`). */
  readonly keepsScale: boolean;
  /** Emits any expression (the dispatcher, handed in so that the emitters of single kinds need not import it). */
  readonly emit: (expression: BoundExpression, context: EmitContext) => Operand;
}

export const NULL: Operand = { code: 'null', isNullable: true, isAtom: true };
export const atomOf = (code: string, isNullable: boolean): Operand => ({ code, isNullable, isAtom: true });
export const computed = (code: string, isNullable = false): Operand => ({ code, isNullable, isAtom: false });

/** The operand as something that may be repeated. */
export function atom(operand: Operand, context: EmitContext): Operand {
  return operand.isAtom ? operand : { code: context.builder.declare(operand.code), isNullable: operand.isNullable, isAtom: true };
}

export function emitAtom(expression: BoundExpression, context: EmitContext): Operand {
  return atom(context.emit(expression, context), context);
}

/** Code that may throw: evaluated here and now, inside the guard. */
export function emitThrowing(code: string, isNullable: boolean, context: EmitContext): Operand {
  context.guard.mayThrow = true;
  return atomOf(context.builder.declare(code), isNullable);
}

/** Emits the failure as a statement. */
export function failAlways(message: string, context: EmitContext): void {
  context.guard.isUsed = true;
  context.builder.line(context.guard.fail(context.builder.constant(new EvaluationError(message))));
}

/** Fails when the condition holds. */
export function failIf(condition: string, message: string, context: EmitContext): void {
  context.guard.isUsed = true;
  const error = context.builder.constant(new EvaluationError(message));
  context.builder.line(`if (${condition}) ${context.guard.fail(error)}`);
}

/** Fails when an operand is null. The operands are atoms. */
export function failIfNull(operands: readonly Operand[], message: string, context: EmitContext): void {
  const nullable = operands.filter((operand) => operand.isNullable);
  if (nullable.length > 0) failIf(nullable.map((operand) => `${operand.code} === null`).join(' || '), message, context);
}

/** JavaScript condition "none is null", or null when none can be. The operands are atoms. */
export function noneNull(operands: readonly Operand[]): string | null {
  const nullable = operands.filter((operand) => operand.isNullable);
  return nullable.length === 0 ? null : nullable.map((operand) => `${operand.code} !== null`).join(' && ');
}

/** Faults of the program go on; everything else a call throws is a failure of the expression. */
function caught(error: unknown): unknown {
  if (error instanceof InternalError) throw error;
  return error;
}

export interface GuardOptions {
  readonly target: ReportTarget | null;
  /** The value becomes a text next. */
  readonly keepsScale?: boolean;
  /** Statement to run on failure instead of giving null: it must leave the block (`return false;`, `continue g7;`). */
  readonly onFailure?: string;
}

/**
 * Emits `body` so that a failure in it is reported and gives null (or runs `onFailure`). Without anything that can fail, the
 * code stands bare: no block, no variable. Exceptions are caught only where some call may throw.
 */
export function emitInGuard(context: EmitContext, options: GuardOptions, body: (inner: EmitContext) => Operand): Operand {
  const { builder } = context;
  const label = builder.fresh('g');
  const leave = options.onFailure ?? `break ${label};`;
  const report = (error: string): string => (options.target === null ? '' : `${options.target.report}(${options.target.index}, ${error}); `);
  const guard: Guard = { isUsed: false, mayThrow: false, fail: (error) => `{ ${report(error)}${leave} }` };
  const { lines, result } = builder.capture('open', () => body({ ...context, guard, target: options.target }));
  if (!guard.isUsed && !guard.mayThrow) {
    for (const line of lines) builder.line(line);
    return result;
  }
  const value = builder.fresh();
  builder.line(`let ${value} = null;`);
  builder.line(`${label}: {`);
  if (guard.mayThrow) builder.line('try {');
  for (const line of lines) builder.line(`  ${line}`);
  builder.line(`  ${value} = ${result.code};`);
  if (guard.mayThrow) {
    const error = builder.fresh('e');
    builder.line(`} catch (${error}) { const ${error}x = ${builder.constant(caught)}(${error}); ${report(`${error}x`)}${options.onFailure ?? ''} }`);
  }
  builder.line('}');
  return atomOf(value, true);
}

/** A nested piece whose failure makes only that piece null, where the configuration says so (types reference §3). */
export function emitNested(context: EmitContext, body: (inner: EmitContext) => Operand): Operand {
  if (!context.builder.environment.nestedErrorsToNull) return body(context);
  return emitInGuard(context, { target: context.target }, body);
}
