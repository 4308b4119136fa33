import { assertNever, BindError } from '../../errors/index.js';
import {
  aggregateCall, arithmetic, arrayOf, between, booleanLiteral, call, cast, columnReference, comparison, decimalLiteral, dereference, doubleLiteral,
  findFunction, inList, integerLiteral, isNull, lambdaVariable, like, logical, mapOf, not, nullLiteral, searchedCase, sign, stringLiteral, structOf,
  subscript, tableCall, unitWord, foldConstants, type BoundExpression, type CallArgument, type EvaluationEnvironment,
} from '../../expr/index.js';
import { printExpression, type ColumnReference, type Expression, type FunctionCall, type Lambda } from '../../parser/index.js';
import type { Column, SqlType } from '../../types/index.js';
import { aggregateArguments } from './calls.js';
import { findEntry, referenceTo, type RowLayout } from './layout.js';
import { epochOperand } from './magic-timestamp.js';
import { resolveType } from './type.js';
import { replaceParts } from './walk-expression.js';

export interface BindScope {
  readonly layout: RowLayout;
  /** Functions, and what constants are computed with. */
  readonly evaluation: EvaluationEnvironment;
  readonly types: ReadonlyMap<string, SqlType>;
  /** Expressions whose value is already in the row (group keys, aggregates, table functions), by their printed text. */
  readonly substitutes: ReadonlyMap<string, BoundExpression>;
}

/**
 * Why an expression of good types cannot be compiled: a cast that does not exist, a list that does not coerce, a function
 * that has no place here. ksqlDB finds these later than wrong types and names the whole expression and schema with them.
 */
export class UncompilableError extends BindError {}

/** Turns a qualified expression into a bound one over the rows of a layout; what no row changes is computed here. */
export function bindExpression(expression: Expression, scope: BindScope): BoundExpression {
  const binder = new ExpressionBinder(scope);
  const bound = binder.bind(expression);
  if (binder.misplaced !== null) throw binder.misplaced;
  return foldConstants(bound, scope.evaluation);
}

type Scope = readonly Column[];

/** Nodes whose operands ksqlDB only looks at when it compiles. */
const LATE_KINDS: ReadonlySet<Expression['kind']> = new Set(['cast', 'in', 'between', 'like']);

class ExpressionBinder {
  /** The first aggregate or table function in a place where none can run: reported when all types have been checked. */
  misplaced: UncompilableError | null = null;
  #lambdas: readonly Scope[] = [];

  constructor(private readonly scope: BindScope) {}

  bind(node: Expression): BoundExpression {
    const substitute = this.scope.substitutes.size === 0 ? undefined : this.scope.substitutes.get(printExpression(node));
    if (substitute !== undefined) return substitute;
    try {
      return this.#bindNode(node);
    } catch (error) {
      if (!(error instanceof BindError) || error.span !== undefined) throw error;
      const details = { span: node.span, hint: error.hint, cause: error.cause };
      throw LATE_KINDS.has(node.kind) || error instanceof UncompilableError
        ? new UncompilableError(error.message, details)
        : new BindError(error.message, details);
    }
  }

  #bindNode(node: Expression): BoundExpression {
    const bind = (part: Expression): BoundExpression => this.bind(part);
    switch (node.kind) {
      case 'null':
        return nullLiteral();
      case 'boolean':
        return booleanLiteral(node.value);
      case 'integer':
        return integerLiteral(node.value);
      case 'decimal':
        return decimalLiteral(node.text);
      case 'double':
        return doubleLiteral(node.value);
      case 'string':
        return stringLiteral(node.value);
      case 'unit':
        return unitWord(node.unit);
      case 'column':
        return this.#column(node);
      case 'lambdaVariable':
        return this.#variable(node.name);
      case 'arithmetic':
        return arithmetic(node.operator, bind(node.left), bind(node.right));
      case 'sign':
        return sign(node.operator, bind(node.operand));
      case 'comparison':
        return comparison(node.operator, this.#operand(node.left, node.right), this.#operand(node.right, node.left));
      case 'between':
        return between(bind(node.value), this.#operand(node.low, node.value), this.#operand(node.high, node.value));
      case 'logical':
        return logical(node.operator, bind(node.left), bind(node.right));
      case 'not':
        return not(bind(node.operand));
      case 'isNull':
        return isNull(bind(node.operand), node.negated);
      case 'in':
        return inList(bind(node.value), node.items.map(bind));
      case 'like':
        return like(bind(node.value), bind(node.pattern), node.escape);
      default:
        return this.#bindComposite(node, bind);
    }
  }

  #bindComposite(node: CompositeExpression, bind: (part: Expression) => BoundExpression): BoundExpression {
    switch (node.kind) {
      case 'case':
        return searchedCase(
          node.branches.map((branch) => ({ condition: bind(branch.condition), result: bind(branch.result) })),
          node.otherwise === null ? null : bind(node.otherwise),
        );
      case 'simpleCase':
        throw new BindError('CASE with an operand is not supported.', { hint: 'Write CASE WHEN <operand> = <value> THEN … END.' });
      case 'atTimeZone':
        throw new BindError('AT TIME ZONE is not supported.', { hint: 'Use CONVERT_TZ.' });
      case 'cast':
        return cast(bind(node.operand), resolveType(node.type, this.scope.types));
      case 'array':
        return arrayOf(node.items.map(bind));
      case 'map':
        return mapOf(node.entries.map((entry) => ({ key: bind(entry.key), value: bind(entry.value) })));
      case 'struct':
        return structOf(node.fields.map((field) => ({ name: field.name, value: bind(field.value) })));
      case 'call':
        return this.#call(node);
      case 'subscript':
        return subscript(bind(node.base), bind(node.index));
      case 'dereference':
        return dereference(bind(node.base), node.field);
      case 'lambda':
        throw new BindError('A lambda can only be an argument of a function.', { hint: 'Pass it to a function such as TRANSFORM or FILTER.' });
      default:
        return assertNever(node);
    }
  }

  #column(node: ColumnReference): BoundExpression {
    const entry = findEntry(this.scope.layout, node.source, node.name);
    if (entry === null) throw new BindError(`Unknown column ${node.name}.`, { span: node.span, hint: 'DESCRIBE shows the columns of a source.' });
    return referenceTo(entry);
  }

  #variable(name: string): BoundExpression {
    for (const [position, parameters] of this.#lambdas.entries()) {
      const index = parameters.findIndex((parameter) => parameter.name === name);
      const parameter = parameters[index];
      if (parameter !== undefined) return lambdaVariable(this.#lambdas.length - 1 - position, index, parameter);
    }
    throw new BindError(`The lambda parameter ${name} is not known here.`, { hint: 'Write the parameter before the arrow: (x) => x + 1.' });
  }

  /** One side of a comparison: date-time text beside a pseudo time column becomes epoch milliseconds. */
  #operand(node: Expression, other: Expression): BoundExpression {
    return epochOperand(node, other) ?? this.bind(node);
  }

  #call(node: FunctionCall): BoundExpression {
    const { functions } = this.scope.evaluation;
    const entry = findFunction(node.name, functions);
    if (entry.kind === 'scalar') return call(node.name, node.arguments.map((argument) => this.#argument(argument)), functions);
    const type =
      entry.kind === 'table'
        ? tableCall(node.name, node.arguments.map((argument) => this.#argument(argument)), functions).type
        : aggregateCall(node.name, aggregateArguments(node).map((argument) => this.bind(argument)), functions).type;
    this.misplaced ??= new UncompilableError(`Can't find any functions with the name '${node.name}'`, { span: node.span, hint: 'Aggregate functions stand in SELECT or HAVING with GROUP BY, table functions in SELECT.' });
    return columnReference('value', 0, { name: this.#shown(node), type });
  }

  /** The text of an expression with columns as messages show them. */
  #shown(node: Expression): string {
    const plain = replaceParts(node, (part) => {
      const entry = part.kind === 'column' ? findEntry(this.scope.layout, part.source, part.name) : null;
      return entry === null || part.kind !== 'column' ? null : { ...part, source: null, name: entry.display };
    });
    return printExpression(plain);
  }

  #argument(node: Expression): CallArgument {
    if (node.kind !== 'lambda') return this.bind(node);
    return { kind: 'unboundLambda', parameters: node.parameters, bind: (types) => this.#lambdaBody(node, types) };
  }

  #lambdaBody(node: Lambda, types: readonly SqlType[]): BoundExpression {
    const outer = this.#lambdas;
    const parameters = node.parameters.flatMap((name, index) => {
      const type = types[index];
      return type === undefined ? [] : [{ name, type }];
    });
    this.#lambdas = [...outer, parameters];
    try {
      return this.bind(node.body);
    } finally {
      this.#lambdas = outer;
    }
  }
}

type CompositeExpression = Extract<
  Expression,
  { kind: 'case' | 'simpleCase' | 'atTimeZone' | 'cast' | 'array' | 'map' | 'struct' | 'call' | 'subscript' | 'dereference' | 'lambda' }
>;
