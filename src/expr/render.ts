import { decimalToText, doubleToText, formatType, longOf, numberOf, quoteName, valueToText, type SqlType, type SqlValue } from '../types/index.js';
import { literalValue } from './literal-codec.js';
import type { BoundExpression, BoundLiteral } from './nodes.js';

/**
 * SQL-like text of an expression, as ksqlDB shows expressions in messages, EXPLAIN and the processing log: every operator in
 * parentheses, implicit casts left out. Column names are shown as the binder gave them.
 */
export function render(expression: BoundExpression): string {
  switch (expression.kind) {
    case 'literal':
      return renderLiteral(expression);
    case 'column':
    case 'variable':
      return expression.name;
    case 'unit':
      return expression.unit;
    case 'arithmetic':
    case 'comparison':
    case 'logical':
      return `(${render(expression.left)} ${expression.operator} ${render(expression.right)})`;
    case 'negate':
      return `-${render(expression.operand)}`;
    case 'not':
      return `(NOT ${render(expression.operand)})`;
    case 'between':
      return `(${render(expression.value)} BETWEEN ${render(expression.low)} AND ${render(expression.high)})`;
    case 'in':
      return `(${render(expression.value)} IN (${renderList(expression.items)}))`;
    case 'like': {
      const escape = expression.escape === null ? '' : ` ESCAPE ${quoteText(expression.escape)}`;
      return `(${render(expression.value)} LIKE ${render(expression.pattern)}${escape})`;
    }
    case 'isNull':
      return `(${render(expression.operand)} IS ${expression.negated ? 'NOT ' : ''}NULL)`;
    case 'case': {
      const branches = expression.branches.map((branch) => ` WHEN ${render(branch.condition)} THEN ${render(branch.result)}`);
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${render(expression.otherwise)}`;
      return `(CASE${branches.join('')}${otherwise} END)`;
    }
    default:
      return renderConstructor(expression);
  }
}

type Constructor = Extract<BoundExpression, { kind: 'cast' | 'array' | 'map' | 'struct' | 'call' | 'subscript' | 'dereference' | 'lambda' }>;

function renderConstructor(expression: Constructor): string {
  switch (expression.kind) {
    case 'cast':
      return expression.implicit ? render(expression.operand) : `CAST(${render(expression.operand)} AS ${formatType(expression.type)})`;
    case 'array':
      return `ARRAY[${renderList(expression.items)}]`;
    case 'map':
      return `MAP(${expression.entries.map((entry) => `${render(entry.key)}:=${render(entry.value)}`).join(', ')})`;
    case 'struct': {
      const fields = expression.type.kind === 'STRUCT' ? expression.type.fields : [];
      return `STRUCT(${expression.fields.map((value, index) => `${plainName(fields[index]?.name ?? '')}:=${render(value)}`).join(', ')})`;
    }
    case 'call':
      return `${expression.name}(${renderList(expression.arguments)})`;
    case 'subscript':
      return `${render(expression.base)}[${render(expression.index)}]`;
    case 'dereference':
      return `${render(expression.base)}->${plainName(expression.field)}`;
    case 'lambda': {
      const names = expression.parameters.map((parameter) => parameter.name);
      return `${names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`} => ${render(expression.body)}`;
    }
  }
}

function renderList(expressions: readonly BoundExpression[]): string {
  return expressions.map(render).join(', ');
}

/** Bare where SQL would read it back as the same name, else in back-quotes. */
function plainName(name: string): string {
  return /^[A-Z_][A-Z0-9_@]*$/.test(name) ? name : quoteName(name);
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function renderLiteral(literal: BoundLiteral): string {
  const value = literalValue(literal);
  return value === null || literal.type === null ? 'null' : renderValue(literal.type, value);
}

function renderValue(type: SqlType, value: SqlValue): string {
  switch (type.kind) {
    case 'STRING':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'BYTES':
      return quoteText(valueToText(type)(value));
    case 'DOUBLE':
      return doubleToText(numberOf(value));
    case 'DECIMAL':
      return decimalToText(longOf(value), type.scale);
    default:
      return valueToText(type)(value);
  }
}
