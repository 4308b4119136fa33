import type { CstNode, IToken } from 'chevrotain';
import { ParseError, type Span } from '../errors/index.js';
import type { ColumnDefinition, Expression, Statement, TypeNode } from './ast.js';
import { buildStatement } from './build-ast.js';
import { buildColumnDefinition } from './build-columns.js';
import { buildExpression } from './build-expressions.js';
import { buildType } from './build-types.js';
import * as cst from './cst.js';
import { sqlParser, type SqlParser } from './grammar/sql-parser.js';
import { GrammarWalk } from './grammar-walk.js';
import { checkNesting } from './nesting.js';
import { scan } from './scan.js';
import { SourceText } from './source-text.js';
import { syntaxError } from './syntax-error.js';

/** One statement of a script. */
export interface ParsedStatement {
  /**
   * The syntax tree, built on first use. Building may throw a ParseError: the text follows the grammar but means nothing
   * (an undefined variable, a number too large). So a script with variables can be cut into statements before they are known.
   */
  readonly statement: Statement;
  /** As written, with its `;`. */
  readonly text: string;
  /** In the text of the whole script. */
  readonly span: Span;
}

export interface ParseOptions {
  /** Admits what only test scripts may say: ASSERT VALUES, NULL VALUES, STREAM, TABLE, and RUN SCRIPT. */
  readonly tests?: boolean;
}

type EntryRule = 'script' | 'testScript' | 'expression' | 'type' | 'columnList';

class LazyStatement implements ParsedStatement {
  private built: Statement | null = null;
  readonly span: Span;
  constructor(private readonly source: SourceText, node: CstNode, private readonly part: CstNode) {
    this.span = cst.nodeSpan({ source, qualifiers: null, lambdaNames: [] }, node);
  }
  get text(): string {
    return this.source.text.slice(this.span.start, this.span.end);
  }
  get statement(): Statement {
    this.built ??= buildStatement({ source: this.source, qualifiers: null, lambdaNames: [] }, this.part);
    return this.built;
  }
}

/** Parses a whole text first: a syntax error anywhere throws before any statement is given out. */
export function parseScript(text: string, options: ParseOptions = {}): ParsedStatement[] {
  const source = new SourceText(text);
  return parseTerminated(source, options).map(({ node, part }) => new LazyStatement(source, node, part));
}

/** The concrete trees of a script's statements, with and without their `;`. */
export function parseTerminated(source: SourceText, options: ParseOptions): { node: CstNode; part: CstNode }[] {
  if (options.tests === true) {
    const script = parseRule(source, 'testScript');
    return cst.children(script, 'terminatedTest').map((node) => ({ node, part: cst.child(node, 'testStatement') }));
  }
  const script = parseRule(source, 'script');
  return cst.children(script, 'terminated').map((node) => ({ node, part: cst.child(node, 'statement') }));
}

/** Parses text that holds exactly one statement. */
export function parseStatement(text: string): Statement {
  const statements = parseScript(text);
  const [first, second] = statements;
  if (first !== undefined && second === undefined) return first.statement;
  const span = second?.span ?? new SourceText(text).span(0, text.length);
  throw new ParseError(`Expected exactly one KSQL statement; found ${statements.length} instead.`, { span, hint: 'Send the statements one by one.' });
}

/** Parses an expression alone. Qualifiers of columns are not checked. */
export function parseExpression(text: string): Expression {
  const source = new SourceText(text);
  return buildExpression({ source, qualifiers: null, lambdaNames: [] }, parseRule(source, 'expression'));
}

/** Parses a type alone. */
export function parseType(text: string): TypeNode {
  const source = new SourceText(text);
  return buildType({ source, qualifiers: null, lambdaNames: [] }, parseRule(source, 'type'));
}

/** Parses a list of columns without parentheses around it: `ID INT KEY, NAME STRING`. */
export function parseColumnList(text: string): ColumnDefinition[] {
  const source = new SourceText(text);
  const list = parseRule(source, 'columnList');
  return cst.children(list, 'columnDefinition').map((each) => buildColumnDefinition({ source, qualifiers: null, lambdaNames: [] }, each));
}

function parseRule(source: SourceText, rule: EntryRule): CstNode {
  const tokens = scan(source.text);
  checkNesting(source, tokens);
  const parser = sqlParser();
  parser.input = tokens;
  const node = parser[rule]();
  const error = parser.errors[0];
  // The parser is shared: it must not keep the text alive.
  parser.input = [];
  if (error === undefined) return node;
  throw syntaxError({ source, walk: grammarWalk(parser), rule, tokens, failedAt: indexOf(tokens, error.token) });
}

function indexOf(tokens: readonly IToken[], at: IToken): number {
  const index = tokens.indexOf(at);
  return index < 0 ? tokens.length : index;
}

let walk: GrammarWalk | null = null;

/** The grammar for looking around in, built on first use. */
export function grammarWalk(parser: SqlParser = sqlParser()): GrammarWalk {
  walk ??= new GrammarWalk(parser.getGAstProductions());
  return walk;
}
