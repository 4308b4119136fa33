import { tokenMatcher } from 'chevrotain';
import { TypeGrammar } from './types.js';
import type { Rule } from './base.js';
import {
  ArithmeticSign, Arrow, Assign, Comma, CompareSign, Dot, FatArrow, Identifier, kw, LeftBracket, LeftParen, LogicalWord, Minus,
  Plus, RightBracket, RightParen, Star, StringValue, UnitWord,
} from '../tokens.js';

/**
 * Expressions. Operators of one family are one flat list here; `build-expressions.ts` applies their precedence. So an
 * expression costs few rule calls, and a long chain of operators no depth.
 */
export class ExpressionGrammar extends TypeGrammar {
  /** `bool`: NOT, AND, OR over predicates. */
  readonly expression: Rule = this.RULE('expression', () => {
    this.SUBRULE(this.negation, { LABEL: 'operand' });
    this.MANY(() => {
      this.CONSUME(LogicalWord, { LABEL: 'operator' });
      this.SUBRULE1(this.negation, { LABEL: 'operand' });
    });
  });

  readonly negation: Rule = this.RULE('negation', () => {
    this.MANY(() => this.CONSUME(kw('NOT'), { LABEL: 'not' }));
    this.SUBRULE(this.value);
    this.OPTION(() => this.SUBRULE(this.predicate));
  });

  /** At most one: `a = b = c` is no expression. */
  readonly predicate: Rule = this.RULE('predicate', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(CompareSign, { LABEL: 'compare' });
          this.SUBRULE(this.value);
        },
      },
      {
        ALT: () => {
          this.CONSUME(kw('IS'), { LABEL: 'is' });
          this.OPTION(() => this.CONSUME(kw('NOT'), { LABEL: 'not' }));
          this.OR1([
            { ALT: () => this.CONSUME(kw('NULL'), { LABEL: 'null' }) },
            {
              ALT: () => {
                this.CONSUME(kw('DISTINCT'), { LABEL: 'distinct' });
                this.CONSUME(kw('FROM'));
                this.SUBRULE1(this.value);
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          this.OPTION1(() => this.CONSUME1(kw('NOT'), { LABEL: 'not' }));
          this.OR2([
            { ALT: () => this.SUBRULE(this.between) },
            { ALT: () => this.SUBRULE(this.inList) },
            { ALT: () => this.SUBRULE(this.like) },
          ]);
        },
      },
    ]);
  });

  readonly between: Rule = this.RULE('between', () => {
    this.CONSUME(kw('BETWEEN'));
    this.SUBRULE(this.value, { LABEL: 'low' });
    this.CONSUME(kw('AND'));
    this.SUBRULE1(this.value, { LABEL: 'high' });
  });

  readonly inList: Rule = this.RULE('inList', () => {
    this.CONSUME(kw('IN'));
    this.CONSUME(LeftParen);
    this.SUBRULE(this.expression, { LABEL: 'item' });
    this.MANY(() => {
      this.CONSUME(Comma);
      this.SUBRULE1(this.expression, { LABEL: 'item' });
    });
    this.CONSUME(RightParen);
  });

  readonly like: Rule = this.RULE('like', () => {
    this.CONSUME(kw('LIKE'));
    this.SUBRULE(this.value);
    this.OPTION(() => {
      this.CONSUME(kw('ESCAPE'));
      this.CONSUME(StringValue, { LABEL: 'escape' });
    });
  });

  /** `value-expr`: arithmetic and `||`. */
  readonly value: Rule = this.RULE('value', () => {
    this.SUBRULE(this.signed, { LABEL: 'operand' });
    this.MANY(() => {
      this.CONSUME(ArithmeticSign, { LABEL: 'operator' });
      this.SUBRULE1(this.signed, { LABEL: 'operand' });
    });
  });

  readonly signed: Rule = this.RULE('signed', () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(Minus, { LABEL: 'sign' }) },
        { ALT: () => this.CONSUME(Plus, { LABEL: 'sign' }) },
      ]);
    });
    this.SUBRULE(this.primary);
    this.MANY1(() => {
      this.CONSUME(kw('AT'));
      this.CONSUME(kw('TIME'));
      this.CONSUME(kw('ZONE'));
      this.CONSUME(StringValue, { LABEL: 'zone' });
    });
  });

  /** An atom with its subscripts and field accesses. `->*` belongs to the select item. */
  readonly primary: Rule = this.RULE('primary', () => {
    this.SUBRULE(this.atom);
    this.MANY({ GATE: () => this.LA(2).tokenType !== Star, DEF: () => this.SUBRULE(this.postfix) });
  });

  readonly postfix: Rule = this.RULE('postfix', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(LeftBracket);
          this.SUBRULE(this.value);
          this.CONSUME(RightBracket);
        },
      },
      {
        ALT: () => {
          this.CONSUME(Arrow);
          this.CONSUME(Identifier, { LABEL: 'field' });
        },
      },
    ]);
  });

  readonly atom: Rule = this.RULE('atom', () => {
    // The words ARRAY, MAP and STRUCT are identifiers too: the first alternative that fits is taken.
    this.OR([
      { ALT: () => this.SUBRULE(this.constant) },
      { ALT: () => this.SUBRULE(this.arrayTerm) },
      { ALT: () => this.SUBRULE(this.mapTerm) },
      { ALT: () => this.SUBRULE(this.structTerm) },
      { ALT: () => this.SUBRULE(this.named) },
      {
        ALT: () => {
          this.CONSUME(LeftParen);
          this.SUBRULE(this.expression);
          this.CONSUME(RightParen);
        },
      },
      { ALT: () => this.SUBRULE(this.caseExpression) },
      { ALT: () => this.SUBRULE(this.cast) },
      {
        ALT: () => {
          this.CONSUME(kw('DECIMAL'));
          this.CONSUME(StringValue, { LABEL: 'decimal' });
        },
      },
    ]);
  });

  /** A column, a call, or a word before a string (which only DECIMAL may be). */
  readonly named: Rule = this.RULE('named', () => {
    this.CONSUME(Identifier, { LABEL: 'column' });
    this.OPTION(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.argumentList) },
        {
          ALT: () => {
            this.CONSUME(Dot);
            this.CONSUME1(Identifier, { LABEL: 'member' });
          },
        },
        { ALT: () => this.CONSUME(StringValue, { LABEL: 'string' }) },
      ]);
    });
  });

  readonly argumentList: Rule = this.RULE('argumentList', () => {
    this.CONSUME(LeftParen);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Star);
          this.CONSUME(RightParen);
        },
      },
      { ALT: () => this.CONSUME1(RightParen) },
      {
        ALT: () => {
          this.SUBRULE(this.argument);
          this.MANY(() => {
            this.CONSUME(Comma);
            this.OR1([
              { GATE: () => this.isLambdaAhead(), ALT: () => this.SUBRULE(this.lambda, { LABEL: 'argument' }) },
              { ALT: () => this.SUBRULE1(this.argument) },
            ]);
          });
          this.CONSUME2(RightParen);
        },
      },
    ]);
  });

  readonly argument: Rule = this.RULE('argument', () => {
    this.OR([
      { GATE: () => this.isUnitAhead(), ALT: () => this.CONSUME(UnitWord, { LABEL: 'unit' }) },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
  });

  readonly lambda: Rule = this.RULE('lambda', () => {
    this.OR([
      { ALT: () => this.CONSUME(Identifier, { LABEL: 'parameter' }) },
      {
        ALT: () => {
          this.CONSUME(LeftParen);
          this.CONSUME1(Identifier, { LABEL: 'parameter' });
          this.MANY(() => {
            this.CONSUME(Comma);
            this.CONSUME2(Identifier, { LABEL: 'parameter' });
          });
          this.CONSUME(RightParen);
        },
      },
    ]);
    this.CONSUME(FatArrow);
    this.SUBRULE(this.expression);
  });

  /** `ARRAY[…]`, or the name ARRAY. */
  readonly arrayTerm: Rule = this.RULE('arrayTerm', () => {
    this.CONSUME(kw('ARRAY'), { LABEL: 'column' });
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(LeftBracket, { LABEL: 'constructor' });
            this.OPTION1(() => {
              this.SUBRULE(this.expression, { LABEL: 'item' });
              this.MANY(() => {
                this.CONSUME(Comma);
                this.SUBRULE1(this.expression, { LABEL: 'item' });
              });
            });
            this.CONSUME(RightBracket);
          },
        },
        {
          ALT: () => {
            this.CONSUME(Dot);
            this.CONSUME(Identifier, { LABEL: 'member' });
          },
        },
      ]);
    });
  });

  /** `MAP(key := value, …)`, or the name MAP. */
  readonly mapTerm: Rule = this.RULE('mapTerm', () => {
    this.CONSUME(kw('MAP'), { LABEL: 'column' });
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(LeftParen, { LABEL: 'constructor' });
            this.OPTION1(() => {
              this.SUBRULE(this.mapEntry, { LABEL: 'entry' });
              this.MANY(() => {
                this.CONSUME(Comma);
                this.SUBRULE1(this.mapEntry, { LABEL: 'entry' });
              });
            });
            this.CONSUME(RightParen);
          },
        },
        {
          ALT: () => {
            this.CONSUME(Dot);
            this.CONSUME(Identifier, { LABEL: 'member' });
          },
        },
      ]);
    });
  });

  readonly mapEntry: Rule = this.RULE('mapEntry', () => {
    this.SUBRULE(this.expression, { LABEL: 'key' });
    this.CONSUME(Assign);
    this.SUBRULE1(this.expression);
  });

  /** `STRUCT(name := value, …)`, or the name STRUCT. */
  readonly structTerm: Rule = this.RULE('structTerm', () => {
    this.CONSUME(kw('STRUCT'), { LABEL: 'column' });
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(LeftParen, { LABEL: 'constructor' });
            this.OPTION1(() => {
              this.SUBRULE(this.structEntry, { LABEL: 'entry' });
              this.MANY(() => {
                this.CONSUME(Comma);
                this.SUBRULE1(this.structEntry, { LABEL: 'entry' });
              });
            });
            this.CONSUME(RightParen);
          },
        },
        {
          ALT: () => {
            this.CONSUME(Dot);
            this.CONSUME(Identifier, { LABEL: 'member' });
          },
        },
      ]);
    });
  });

  readonly structEntry: Rule = this.RULE('structEntry', () => {
    this.CONSUME(Identifier, { LABEL: 'name' });
    this.CONSUME(Assign);
    this.SUBRULE(this.expression);
  });

  /** With an operand it parses too, and is refused later. */
  readonly caseExpression: Rule = this.RULE('caseExpression', () => {
    this.CONSUME(kw('CASE'));
    this.OPTION({ GATE: () => this.LA(1).tokenType !== kw('WHEN'), DEF: () => this.SUBRULE(this.value, { LABEL: 'operand' }) });
    this.AT_LEAST_ONE(() => this.SUBRULE(this.whenClause));
    this.OPTION1(() => {
      this.CONSUME(kw('ELSE'));
      this.SUBRULE(this.expression);
    });
    this.CONSUME(kw('END'));
  });

  readonly whenClause: Rule = this.RULE('whenClause', () => {
    this.CONSUME(kw('WHEN'));
    this.SUBRULE(this.expression, { LABEL: 'condition' });
    this.CONSUME(kw('THEN'));
    this.SUBRULE1(this.expression, { LABEL: 'result' });
  });

  readonly cast: Rule = this.RULE('cast', () => {
    this.CONSUME(kw('CAST'));
    this.CONSUME(LeftParen);
    this.SUBRULE(this.expression);
    this.CONSUME(kw('AS'));
    this.SUBRULE(this.type);
    this.CONSUME(RightParen);
  });

  /** A unit word alone is an argument of its own kind, even where the word could be a name. */
  private isUnitAhead(): boolean {
    const next = this.LA(2).tokenType;
    return tokenMatcher(this.LA(1), UnitWord) && (next === Comma || next === RightParen);
  }

  private isLambdaAhead(): boolean {
    if (this.LA(1).tokenType !== LeftParen) return this.LA(2).tokenType === FatArrow;
    let at = 2;
    while (tokenMatcher(this.LA(at), Identifier) && this.LA(at + 1).tokenType === Comma) at += 2;
    return tokenMatcher(this.LA(at), Identifier) && this.LA(at + 1).tokenType === RightParen && this.LA(at + 2).tokenType === FatArrow;
  }
}
