import { WindowGrammar } from './windows.js';
import type { Rule } from './base.js';
import { Identifier, kw } from '../tokens.js';

/** What a query reads: one source, or sources joined from left to right. */
export class JoinGrammar extends WindowGrammar {
  readonly relation: Rule = this.RULE('relation', () => {
    this.SUBRULE(this.aliasedSource);
    this.MANY(() => this.SUBRULE(this.join));
  });

  readonly aliasedSource: Rule = this.RULE('aliasedSource', () => {
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.OPTION({
      GATE: () => !this.isClauseAhead(),
      DEF: () => {
        this.OPTION1(() => this.CONSUME(kw('AS')));
        this.CONSUME1(Identifier, { LABEL: 'alias' });
      },
    });
  });

  readonly join: Rule = this.RULE('join', () => {
    this.OPTION(() => this.SUBRULE(this.joinType));
    this.CONSUME(kw('JOIN'));
    this.SUBRULE(this.aliasedSource);
    this.OPTION1(() => this.SUBRULE(this.within));
    this.CONSUME(kw('ON'));
    this.SUBRULE(this.expression);
  });

  readonly joinType: Rule = this.RULE('joinType', () => {
    this.OR([
      { ALT: () => this.CONSUME(kw('INNER'), { LABEL: 'word' }) },
      {
        ALT: () => {
          this.OR1([
            { ALT: () => this.CONSUME(kw('FULL'), { LABEL: 'word' }) },
            { ALT: () => this.CONSUME(kw('LEFT'), { LABEL: 'word' }) },
            { ALT: () => this.CONSUME(kw('RIGHT'), { LABEL: 'word' }) },
          ]);
          this.OPTION(() => this.CONSUME(kw('OUTER')));
        },
      },
    ]);
  });

  /** EMIT and PARTITION may be aliases, but not where they begin a clause. */
  private isClauseAhead(): boolean {
    const type = this.LA(1).tokenType;
    const next = this.LA(2).tokenType;
    if (type === kw('PARTITION')) return next === kw('BY');
    return type === kw('EMIT') && (next === kw('CHANGES') || next === kw('FINAL'));
  }
}
