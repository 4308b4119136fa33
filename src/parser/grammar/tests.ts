import { StatementGrammar } from './statements.js';
import type { Rule } from './base.js';
import { Identifier, kw, StringValue } from '../tokens.js';

/** Statements of test scripts only. */
export class TestGrammar extends StatementGrammar {
  readonly testStatement: Rule = this.RULE('testStatement', () => {
    this.OR([
      { GATE: () => this.isTestAssertAhead(), ALT: () => this.SUBRULE(this.testAssert) },
      { ALT: () => this.SUBRULE(this.runScript) },
      { ALT: () => this.SUBRULE(this.statement) },
    ]);
  });

  readonly testAssert: Rule = this.RULE('testAssert', () => {
    this.CONSUME(kw('ASSERT'));
    this.OR([
      { ALT: () => this.SUBRULE(this.assertValues) },
      { ALT: () => this.SUBRULE(this.assertNullValues) },
      { ALT: () => this.SUBRULE(this.assertSource) },
    ]);
  });

  readonly assertValues: Rule = this.RULE('assertValues', () => {
    this.CONSUME(kw('VALUES'));
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.OPTION(() => this.SUBRULE(this.columnNames));
    this.CONSUME1(kw('VALUES'));
    this.SUBRULE(this.valueRow);
  });

  readonly assertNullValues: Rule = this.RULE('assertNullValues', () => {
    this.CONSUME(kw('NULL'));
    this.CONSUME(kw('VALUES'));
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.OPTION(() => this.SUBRULE(this.columnNames));
    this.CONSUME(kw('KEY'));
    this.SUBRULE(this.valueRow);
  });

  readonly assertSource: Rule = this.RULE('assertSource', () => {
    this.SUBRULE(this.sourceKind);
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.OPTION(() => this.SUBRULE(this.columnDefinitions));
    this.OPTION1(() => this.SUBRULE(this.withClause));
  });

  readonly runScript: Rule = this.RULE('runScript', () => {
    this.CONSUME(kw('RUN'));
    this.CONSUME(kw('SCRIPT'));
    this.CONSUME(StringValue, { LABEL: 'path' });
  });

  private isTestAssertAhead(): boolean {
    const next = this.LA(2).tokenType;
    return next === kw('VALUES') || next === kw('NULL') || next === kw('STREAM') || next === kw('TABLE');
  }
}
