import { assertNever } from '../errors/index.js';
import type { Expression, Literal, SearchedCase, SimpleCase, StructConstructor, MapConstructor } from './ast.js';
import { formatIdentifier, formatMember, formatPlainName, formatString } from './format-identifier.js';
import { LONGEST_LEFT_CHAIN } from './operator-chains.js';
import { printType } from './print-type.js';

/** Chains of at least this many operators are written without the parentheses that show their order. */
const SHORTEST_FLAT_CHAIN = 16;

/**
 * An expression as SQL. Every operator stands in parentheses, as in the messages of ksqlDB; reading the text back gives
 * the same tree.
 */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'null':
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'double':
    case 'string':
      return printLiteral(node);
    case 'column':
      return node.source === null ? formatIdentifier(node.name) : `${formatIdentifier(node.source)}.${formatMember(node.name)}`;
    case 'lambdaVariable':
      return formatIdentifier(node.name);
    case 'arithmetic':
    case 'logical':
      return printChain(node);
    case 'sign':
      return printSign(node.operator, node.operand);
    case 'comparison':
      return `(${printExpression(node.left)} ${node.operator} ${printExpression(node.right)})`;
    case 'not':
      return `(NOT ${printExpression(node.operand)})`;
    case 'between':
      return `(${printExpression(node.value)} BETWEEN ${printExpression(node.low)} AND ${printExpression(node.high)})`;
    case 'in':
      return `(${printExpression(node.value)} IN (${printList(node.items)}))`;
    case 'like':
      return `(${printExpression(node.value)} LIKE ${printExpression(node.pattern)}${node.escape === null ? '' : ` ESCAPE ${formatString(node.escape)}`})`;
    case 'isNull':
      return `(${printExpression(node.operand)} IS ${node.negated ? 'NOT ' : ''}NULL)`;
    case 'case':
    case 'simpleCase':
      return printCase(node);
    case 'cast':
      return `CAST(${printExpression(node.operand)} AS ${printType(node.type)})`;
    case 'array':
      return `ARRAY[${printList(node.items)}]`;
    case 'map':
      return printMap(node);
    case 'struct':
      return printStruct(node);
    case 'call':
      return isLongConcat(node) ? printChain(node) : `${formatPlainName(node.name)}(${printList(node.arguments)})`;
    case 'subscript':
      return `${printBase(node.base)}[${printExpression(node.index)}]`;
    case 'dereference':
      return `${printBase(node.base)}->${formatIdentifier(node.field)}`;
    case 'lambda':
      return printLambda(node.parameters, node.body);
    case 'unit':
      return node.unit;
    case 'atTimeZone':
      return `(${printBase(node.operand)} AT TIME ZONE ${formatString(node.zone)})`;
    default:
      return assertNever(node);
  }
}

export function printLiteral(node: Literal): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(node.value);
    case 'integer':
      return String(node.value);
    case 'decimal':
      return node.text.includes('.') ? node.text : `${node.text}.`;
    case 'double':
      return node.text;
    case 'string':
      return formatString(node.value);
    default:
      return assertNever(node);
  }
}

function printList(nodes: readonly Expression[]): string {
  return nodes.map(printArgument).join(', ');
}

/** A unit word that is a column's name would read as a unit when it stands alone as an argument. */
function printArgument(node: Expression): string {
  const text = printExpression(node);
  return isUnitText(text) && node.kind !== 'unit' ? `\`${text}\`` : text;
}

function isUnitText(text: string): boolean {
  return text === 'DAY' || text === 'HOUR' || text === 'MINUTE' || text === 'SECOND';
}

function printSign(operator: '+' | '-', operand: Expression): string {
  const text = printExpression(operand);
  if (operator === '-' && startsWithNumber(operand)) return `-(${text})`;
  return text.startsWith('-') ? `${operator} ${text}` : operator + text;
}

/** Whether a minus written before the expression would be taken into a literal. */
function startsWithNumber(node: Expression): boolean {
  if (node.kind === 'subscript' || node.kind === 'dereference') return startsWithNumber(node.base);
  return (node.kind === 'integer' && node.value >= 0n) || ((node.kind === 'decimal' || node.kind === 'double') && !node.text.startsWith('-'));
}

/** What a subscript or field access applies to. */
function printBase(node: Expression): string {
  const text = printExpression(node);
  const isSigned = node.kind === 'sign' || text.startsWith('-');
  if (node.kind === 'column' && node.source === null) return formatPlainName(node.name);
  return isSigned || node.kind === 'lambda' ? `(${text})` : text;
}

function printCase(node: SearchedCase | SimpleCase): string {
  const operand = node.kind === 'case' ? '' : ` ${printExpression(node.operand)}`;
  const branches = node.branches.map((branch) => ` WHEN ${printExpression(branch.condition)} THEN ${printExpression(branch.result)}`);
  const otherwise = node.otherwise === null ? '' : ` ELSE ${printExpression(node.otherwise)}`;
  return `(CASE${operand}${branches.join('')}${otherwise} END)`;
}

function printMap(node: MapConstructor): string {
  return `MAP(${node.entries.map((entry) => `${printExpression(entry.key)}:=${printExpression(entry.value)}`).join(', ')})`;
}

function printStruct(node: StructConstructor): string {
  return `STRUCT(${node.fields.map((field) => `${formatIdentifier(field.name)}:=${printExpression(field.value)}`).join(', ')})`;
}

function printLambda(parameters: readonly string[], body: Expression): string {
  const names = parameters.map(formatIdentifier);
  const head = names.length === 1 ? names[0] ?? '' : `(${names.join(', ')})`;
  return `${head} => ${printExpression(body)}`;
}

interface ChainLink {
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  /** Links of one family and strength need no parentheses between them. */
  readonly strength: number;
}

function linkOf(node: Expression): ChainLink | null {
  if (node.kind === 'logical') return { operator: node.operator, left: node.left, right: node.right, strength: node.operator === 'AND' ? 4 : 5 };
  if (node.kind === 'arithmetic') {
    const strength = node.operator === '+' || node.operator === '-' ? 2 : 3;
    return { operator: node.operator, left: node.left, right: node.right, strength };
  }
  if (node.kind !== 'call' || node.name !== 'CONCAT' || node.arguments.length !== 2) return null;
  const [left, right] = node.arguments;
  if (left === undefined || right === undefined || !isOperand(left) || !isOperand(right)) return null;
  return { operator: '||', left, right, strength: 1 };
}

function isOperand(node: Expression): boolean {
  return node.kind !== 'lambda' && node.kind !== 'unit';
}

/** The links of a left-leaning chain of one strength, innermost first. */
function chainOf(node: Expression): ChainLink[] {
  const links: ChainLink[] = [];
  const strength = linkOf(node)?.strength;
  for (let link = linkOf(node); link !== null && link.strength === strength; link = linkOf(link.left)) links.push(link);
  return links.reverse();
}

/** Only chains too long to be written as nested calls are written with `||`. */
function isLongConcat(node: Expression): boolean {
  return linkOf(node) !== null && chainOf(node).length >= SHORTEST_FLAT_CHAIN;
}

function printChain(node: Expression): string {
  const links = chainOf(node);
  const first = links[0];
  const last = links.at(-1);
  if (first === undefined || last === undefined) return '';
  const longest = node.kind === 'logical' ? LONGEST_LEFT_CHAIN - 1 : Number.POSITIVE_INFINITY;
  if (links.length < SHORTEST_FLAT_CHAIN || links.length > longest) {
    return `(${printExpression(last.left)} ${last.operator} ${printExpression(last.right)})`;
  }
  const rest = links.map((link) => ` ${link.operator} ${printExpression(link.right)}`);
  return `(${printExpression(first.left)}${rest.join('')})`;
}
