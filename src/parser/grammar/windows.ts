import { ExpressionGrammar } from './expressions.js';
import type { Rule } from './base.js';
import { Comma, Identifier, kw, LeftParen, RightParen } from '../tokens.js';

/** The WINDOW clause, and the WITHIN clause of joins. */
export class WindowGrammar extends ExpressionGrammar {
  /** A name before the kind of window is accepted and means nothing. */
  readonly window: Rule = this.RULE('window', () => {
    this.OPTION({
      GATE: () => this.LA(1).tokenType !== kw('SESSION') || this.LA(2).tokenType !== LeftParen,
      DEF: () => this.CONSUME(Identifier, { LABEL: 'windowName' }),
    });
    this.OR([
      { ALT: () => this.SUBRULE(this.tumbling) },
      { ALT: () => this.SUBRULE(this.hopping) },
      { ALT: () => this.SUBRULE(this.session) },
    ]);
  });

  readonly tumbling: Rule = this.RULE('tumbling', () => {
    this.CONSUME(kw('TUMBLING'));
    this.CONSUME(LeftParen);
    this.CONSUME(kw('SIZE'));
    this.SUBRULE(this.duration, { LABEL: 'size' });
    this.SUBRULE(this.windowTail);
    this.CONSUME(RightParen);
  });

  readonly hopping: Rule = this.RULE('hopping', () => {
    this.CONSUME(kw('HOPPING'));
    this.CONSUME(LeftParen);
    this.CONSUME(kw('SIZE'));
    this.SUBRULE(this.duration, { LABEL: 'size' });
    this.CONSUME(Comma);
    this.CONSUME(kw('ADVANCE'));
    this.CONSUME(kw('BY'));
    this.SUBRULE1(this.duration, { LABEL: 'advance' });
    this.SUBRULE(this.windowTail);
    this.CONSUME(RightParen);
  });

  readonly session: Rule = this.RULE('session', () => {
    this.CONSUME(kw('SESSION'));
    this.CONSUME(LeftParen);
    this.SUBRULE(this.duration, { LABEL: 'size' });
    this.SUBRULE(this.windowTail);
    this.CONSUME(RightParen);
  });

  /** `[, RETENTION …] [, GRACE PERIOD …]`, in this order. */
  readonly windowTail: Rule = this.RULE('windowTail', () => {
    this.OPTION({
      GATE: () => this.LA(2).tokenType !== kw('GRACE'),
      DEF: () => {
        this.CONSUME(Comma);
        this.CONSUME(kw('RETENTION'));
        this.SUBRULE(this.duration, { LABEL: 'retention' });
      },
    });
    this.OPTION1(() => {
      this.CONSUME1(Comma);
      this.SUBRULE(this.gracePeriod);
    });
  });

  readonly gracePeriod: Rule = this.RULE('gracePeriod', () => {
    this.CONSUME(kw('GRACE'));
    this.CONSUME(kw('PERIOD'));
    this.SUBRULE(this.duration);
  });

  readonly within: Rule = this.RULE('within', () => {
    this.CONSUME(kw('WITHIN'));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(LeftParen);
          this.SUBRULE(this.duration, { LABEL: 'before' });
          this.CONSUME(Comma);
          this.SUBRULE1(this.duration, { LABEL: 'after' });
          this.CONSUME(RightParen);
        },
      },
      { ALT: () => this.SUBRULE2(this.duration, { LABEL: 'before' }) },
    ]);
    this.OPTION(() => this.SUBRULE(this.gracePeriod));
  });
}
