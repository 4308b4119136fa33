import { JoinGrammar } from './joins.js';
import type { Rule } from './base.js';
import { Arrow, Comma, Dot, Identifier, kw, LeftBracket, LeftParen, RightBracket, RightParen, Star } from '../tokens.js';

/** SELECT: the order of the clauses is fixed. */
export class QueryGrammar extends JoinGrammar {
  readonly query: Rule = this.RULE('query', () => {
    this.CONSUME(kw('SELECT'));
    this.SUBRULE(this.selectItem);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.SUBRULE1(this.selectItem);
    });
    this.CONSUME(kw('FROM'));
    this.SUBRULE(this.relation);
    this.OPTION(() => {
      this.CONSUME(kw('WINDOW'));
      this.SUBRULE(this.window);
    });
    this.OPTION1(() => {
      this.CONSUME(kw('WHERE'));
      this.SUBRULE(this.expression, { LABEL: 'where' });
    });
    this.OPTION2(() => {
      this.CONSUME(kw('GROUP'));
      this.CONSUME(kw('BY'));
      this.SUBRULE(this.grouping, { LABEL: 'groupBy' });
    });
    this.OPTION3(() => {
      this.CONSUME(kw('PARTITION'));
      this.CONSUME1(kw('BY'));
      this.SUBRULE1(this.grouping, { LABEL: 'partitionBy' });
    });
    this.OPTION4(() => {
      this.CONSUME(kw('HAVING'));
      this.SUBRULE1(this.expression, { LABEL: 'having' });
    });
    this.SUBRULE(this.emitAndLimit);
  });

  readonly emitAndLimit: Rule = this.RULE('emitAndLimit', () => {
    this.OPTION(() => {
      this.CONSUME(kw('EMIT'));
      this.OR([
        { ALT: () => this.CONSUME(kw('CHANGES'), { LABEL: 'emit' }) },
        { ALT: () => this.CONSUME(kw('FINAL'), { LABEL: 'emit' }) },
      ]);
    });
    this.OPTION1(() => {
      this.CONSUME(kw('LIMIT'));
      this.SUBRULE(this.number);
    });
  });

  readonly selectItem: Rule = this.RULE('selectItem', () => {
    this.OR([
      { ALT: () => this.CONSUME(Star, { LABEL: 'star' }) },
      {
        GATE: () => this.LA(2).tokenType === Dot && this.LA(3).tokenType === Star,
        ALT: () => {
          this.CONSUME(Identifier, { LABEL: 'qualifier' });
          this.CONSUME(Dot);
          this.CONSUME1(Star, { LABEL: 'star' });
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.expression);
          this.OPTION(() => {
            this.OR1([
              {
                ALT: () => {
                  this.CONSUME(Arrow);
                  this.CONSUME2(Star, { LABEL: 'structStar' });
                },
              },
              {
                ALT: () => {
                  this.OPTION1(() => this.CONSUME(kw('AS')));
                  this.CONSUME1(Identifier, { LABEL: 'alias' });
                },
              },
            ]);
          });
        },
      },
    ]);
  });

  /** `a, b` or `(a, b)`; in `(a), b` and `(a + b) * c` the parentheses belong to the expression. */
  readonly grouping: Rule = this.RULE('grouping', () => {
    this.OR([
      {
        GATE: () => this.isListAhead(),
        ALT: () => {
          this.CONSUME(LeftParen);
          this.OPTION(() => this.SUBRULE(this.valueList));
          this.CONSUME(RightParen);
        },
      },
      { ALT: () => this.SUBRULE1(this.valueList) },
    ]);
  });

  readonly valueList: Rule = this.RULE('valueList', () => {
    this.SUBRULE(this.value);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.SUBRULE1(this.value);
    });
  });

  /** Whether a parenthesis opens here that is empty or holds a comma of its own. */
  private isListAhead(): boolean {
    if (this.LA(1).tokenType !== LeftParen) return false;
    if (this.LA(2).tokenType === RightParen) return true;
    let depth = 0;
    for (let at = 1; ; at++) {
      const token = this.LA(at);
      const type = token.tokenType;
      if (type === LeftParen || type === LeftBracket) depth++;
      else if (type === RightParen || type === RightBracket) depth--;
      else if (type === Comma && depth === 1) return true;
      if (depth === 0 || token.image === ';' || Number.isNaN(token.startOffset)) return false;
    }
  }
}
