import { InternalError } from '../errors/index.js';
import { EvaluationError, parameterFor, type FunctionArgument } from '../functions/index.js';
import { booleanOf, castFunction, entriesOf, itemsOf, mapKeyOf, negateDecimal, numberOf, rewindBytes, stringOf, type Key, type Row, type SqlValue } from '../types/index.js';
import { argumentType } from './build/call.js';
import { scalarVariant, type EvaluationEnvironment } from './environment.js';
import { computeArithmetic, computeNegate } from './interpret-arithmetic.js';
import { compareOperands, operandsEqual } from './interpret-comparison.js';
import { matchesLike } from './interpret-like.js';
import { literalValue } from './literal-codec.js';
import type { BoundBetween, BoundCall, BoundCase, BoundComparison, BoundExpression, BoundIn, BoundLambda, BoundLogical, BoundMap, BoundSubscript } from './nodes.js';
import { render } from './render.js';
import { requireType } from './type-of.js';

/**
 * A plain tree-walking evaluator, written apart from the compiler: it evaluates constants (INSERT VALUES, keys of pull queries,
 * folding) and is the second way to know what compiled code must give. Failures throw EvaluationError.
 */
export interface InterpretedRow {
  readonly key: Key | null;
  readonly value: Row | null;
}
const NO_ROW: InterpretedRow = { key: null, value: null };

export interface InterpretOptions {
  readonly row?: InterpretedRow;
  /** Told of failures that only made a nested piece null. */
  readonly onNestedFailure?: (error: unknown) => void;
}

export function interpret(expression: BoundExpression, environment: EvaluationEnvironment, options: InterpretOptions = {}): SqlValue {
  rewindBytes();
  return new Interpreter(environment, options.row ?? NO_ROW, options.onNestedFailure ?? null).evaluate(expression, []);
}

/** Values of lambda parameters, innermost lambda first. */
type Variables = readonly (readonly SqlValue[])[];

class Interpreter {
  readonly #environment: EvaluationEnvironment;
  readonly #row: InterpretedRow;
  readonly #onNestedFailure: ((error: unknown) => void) | null;

  constructor(environment: EvaluationEnvironment, row: InterpretedRow, onNestedFailure: ((error: unknown) => void) | null) {
    this.#environment = environment;
    this.#row = row;
    this.#onNestedFailure = onNestedFailure;
  }

  evaluate(node: BoundExpression, variables: Variables): SqlValue {
    const at = (child: BoundExpression): SqlValue => this.evaluate(child, variables);
    switch (node.kind) {
      case 'literal':
        return literalValue(node);
      case 'column':
        return (node.side === 'key' ? this.#row.key : this.#row.value)?.[node.index] ?? null;
      case 'variable':
        return variables[node.depth]?.[node.index] ?? null;
      case 'arithmetic':
        return computeArithmetic(node, at(node.left), at(node.right));
      case 'negate':
        return computeNegate(node, at(node.operand));
      case 'comparison':
        return this.#comparison(node, at);
      case 'logical':
        return this.#logical(node, variables);
      case 'not':
        return !booleanOf(present(at(node.operand), node));
      case 'isNull':
        return (at(node.operand) === null) !== node.negated;
      case 'case':
        return this.#case(node, variables);
      default:
        return this.#composite(node, variables);
    }
  }

  #composite(node: CompositeNode, variables: Variables): SqlValue {
    const at = (child: BoundExpression): SqlValue => this.evaluate(child, variables);
    const nested = (child: BoundExpression): SqlValue => this.#nested(() => at(child));
    switch (node.kind) {
      case 'between':
        return this.#between(node, at);
      case 'in':
        return this.#in(node, at);
      case 'like': {
        const [value, pattern] = [at(node.value), at(node.pattern)];
        return matchesLike(stringOf(present(value, node)), stringOf(present(pattern, node)), node.escape);
      }
      case 'cast':
        return node.implicit ? this.#convert(node.operand, node, variables) : this.#nested(() => this.#convert(node.operand, node, variables));
      case 'array':
        return node.items.map(nested);
      case 'struct':
        return node.fields.map(nested);
      case 'map':
        return buildMap(node, nested);
      case 'call':
        return this.#call(node, variables);
      case 'subscript':
        return subscriptValue(node, at(node.base), at(node.index));
      case 'dereference': {
        const base = at(node.base);
        return base === null ? null : (itemsOf(base)[node.index] ?? null);
      }
      case 'lambda':
      case 'unit':
        throw new InternalError(`${node.kind} stands only as an argument of a call`);
    }
  }

  #nested(evaluate: () => SqlValue): SqlValue {
    if (!this.#environment.nestedErrorsToNull) return evaluate();
    try {
      return evaluate();
    } catch (error) {
      if (error instanceof InternalError) throw error;
      this.#onNestedFailure?.(error);
      return null;
    }
  }

  #logical(node: BoundLogical, variables: Variables): SqlValue {
    const decides = node.operator === 'OR';
    const left = this.evaluate(node.left, variables);
    if (node.right.kind === 'literal' && node.right.value === decides) return decides;
    if (booleanOf(present(left, node)) === decides) return decides;
    return booleanOf(present(this.evaluate(node.right, variables), node));
  }

  #case(node: BoundCase, variables: Variables): SqlValue {
    for (const branch of node.branches) {
      const condition = present(this.evaluate(branch.condition, variables), node);
      if (booleanOf(condition)) return this.evaluate(branch.result, variables);
    }
    return node.otherwise === null ? null : this.evaluate(node.otherwise, variables);
  }

  #comparison(node: BoundComparison, at: (child: BoundExpression) => SqlValue): boolean {
    const left = at(node.left);
    if (left === null && node.operator !== 'IS DISTINCT FROM') return false;
    return compareOperands(node.operator, requireType(node.left), left, requireType(node.right), at(node.right));
  }

  #between(node: BoundBetween, at: (child: BoundExpression) => SqlValue): boolean {
    const value = at(node.value);
    const low = value === null ? null : at(node.low);
    const high = low === null ? null : at(node.high);
    if (high === null) return false;
    const type = requireType(node.value);
    return compareOperands('>=', type, value, requireType(node.low), low) && compareOperands('<=', type, value, requireType(node.high), high);
  }

  #in(node: BoundIn, at: (child: BoundExpression) => SqlValue): boolean {
    const element = (child: BoundExpression): SqlValue => (child.kind === 'cast' && child.implicit ? this.#nested(() => at(child)) : at(child));
    const value = element(node.value);
    const items = node.items.map((item) => ({ type: requireType(item), value: element(item) }));
    if (value === null) return false;
    return items.some((item) => item.value !== null && operandsEqual(requireType(node.value), value, item.type, item.value));
  }

  #convert(operand: BoundExpression, node: Extract<BoundExpression, { kind: 'cast' }>, variables: Variables): SqlValue {
    const value = node.type.kind === 'STRING' ? this.#evaluateForText(operand, variables) : this.evaluate(operand, variables);
    if (value === null) return node.type.kind === 'STRING' && !node.implicit && !this.#environment.castPreservesNulls ? 'null' : null;
    const conversion = castFunction(requireType(operand), node.type);
    if (conversion === null) throw new InternalError(`An unsupported cast was bound: ${render(node)}`);
    return conversion(value);
  }

  /** As `evaluate`; a DECIMAL may keep a scale of its own (`atOwnScale`). */
  #evaluateForText(node: BoundExpression, variables: Variables): SqlValue {
    if (node.kind === 'call') return this.#call(node, variables, true);
    if (node.kind !== 'negate' || node.type.kind !== 'DECIMAL') return this.evaluate(node, variables);
    const operand = this.#evaluateForText(node.operand, variables);
    return operand === null ? computeNegate(node, operand) : negateDecimal(operand, node.type);
  }

  #call(node: BoundCall, variables: Variables, isForText = false): SqlValue {
    const variant = scalarVariant(node, this.#environment.functions);
    const bind = (isForText ? variant.bindAtOwnScale : undefined) ?? variant.bind;
    const evaluator = bind({
      argumentTypes: node.arguments.map(argumentType),
      returnType: node.type,
      constants: node.arguments.map((argument) => (argument.kind === 'literal' ? literalValue(argument) : undefined)),
      context: this.#environment.context,
    });
    const values = node.arguments.map((argument) => this.#argument(argument, variables, bind !== variant.bind));
    const isNullAt = (index: number): boolean => values[index] === null;
    if (values.some((_, index) => isNullAt(index) && parameterFor(variant.parameters, index, values.length)?.primitive === true)) {
      throw new EvaluationError(`A null was given where the function needs a value: ${render(node)}`);
    }
    if (variant.nulls === 'propagate' && values.some((value) => value === null)) return null;
    return evaluator(...values);
  }

  #argument(argument: BoundExpression, variables: Variables, isForText: boolean): FunctionArgument {
    const evaluate = (): SqlValue => (isForText ? this.#evaluateForText(argument, variables) : this.evaluate(argument, variables));
    if (argument.kind === 'unit') return argument.unit;
    if (argument.kind === 'lambda') return this.#lambda(argument, variables);
    let inner: BoundExpression = argument;
    while (inner.kind === 'cast' && inner.implicit) inner = inner.operand;
    const isGuarded = inner.kind === 'call' || inner.kind === 'dereference';
    return isGuarded ? this.#nested(evaluate) : evaluate();
  }

  #lambda(node: BoundLambda, variables: Variables): (...values: SqlValue[]) => SqlValue {
    return (...values) => this.evaluate(node.body, [values, ...variables]);
  }
}

type CompositeNode = Exclude<
  BoundExpression,
  { kind: 'literal' | 'column' | 'variable' | 'arithmetic' | 'negate' | 'comparison' | 'logical' | 'not' | 'isNull' | 'case' }
>;

function present(value: SqlValue, node: BoundExpression): Exclude<SqlValue, null> {
  if (value === null) throw new EvaluationError(`A null operand: ${render(node)}`);
  return value;
}

function buildMap(node: BoundMap, evaluate: (child: BoundExpression) => SqlValue): ReadonlyMap<SqlValue, SqlValue> {
  const identity = node.type.kind === 'MAP' ? mapKeyOf(node.type.key) : mapKeyOf(node.type);
  const entries = new Map<unknown, [SqlValue, SqlValue]>();
  for (const entry of node.entries) {
    const key = evaluate(entry.key);
    const value = evaluate(entry.value);
    const id = key === null ? null : identity(key);
    const known = entries.get(id);
    if (known === undefined) entries.set(id, [key, value]);
    else known[1] = value;
  }
  return new Map(entries.values());
}

function subscriptValue(node: BoundSubscript, base: SqlValue, index: SqlValue): SqlValue {
  const type = requireType(node.base);
  if (type.kind === 'MAP') {
    if (base === null) return null;
    const identity = mapKeyOf(type.key);
    const same = (key: SqlValue): boolean => (key === null || index === null ? key === index : identity(key) === identity(index));
    for (const [key, value] of entriesOf(base)) if (same(key)) return value;
    return null;
  }
  const position = numberOf(present(index, node));
  if (base === null || position === 0) return null;
  return itemsOf(base).at(position > 0 ? position - 1 : position) ?? null;
}
