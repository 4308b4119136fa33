import { QueryGrammar } from './queries.js';
import type { Rule } from './base.js';
import { Comma, Equal, Identifier, kw, LeftParen, RightParen, StringValue } from '../tokens.js';

/** WITH clauses and column lists. */
export class PropertyGrammar extends QueryGrammar {
  readonly withClause: Rule = this.RULE('withClause', () => {
    this.CONSUME(kw('WITH'));
    this.CONSUME(LeftParen);
    this.SUBRULE(this.property);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.SUBRULE1(this.property);
    });
    this.CONSUME(RightParen);
  });

  readonly property: Rule = this.RULE('property', () => {
    this.OR([
      { ALT: () => this.CONSUME(Identifier, { LABEL: 'property' }) },
      { ALT: () => this.CONSUME(StringValue, { LABEL: 'property' }) },
    ]);
    this.CONSUME(Equal);
    this.SUBRULE(this.literal);
  });

  readonly columnDefinitions: Rule = this.RULE('columnDefinitions', () => {
    this.CONSUME(LeftParen);
    this.SUBRULE(this.columnDefinition);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.SUBRULE1(this.columnDefinition);
    });
    this.CONSUME(RightParen);
  });

  readonly columnDefinition: Rule = this.RULE('columnDefinition', () => {
    this.CONSUME(Identifier, { LABEL: 'newColumn' });
    this.SUBRULE(this.type);
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.OPTION1(() => this.CONSUME(kw('PRIMARY'), { LABEL: 'primary' }));
            this.CONSUME(kw('KEY'), { LABEL: 'key' });
          },
        },
        { ALT: () => this.CONSUME(kw('HEADERS'), { LABEL: 'headers' }) },
        {
          ALT: () => {
            this.CONSUME(kw('HEADER'));
            this.CONSUME(LeftParen);
            this.CONSUME(StringValue, { LABEL: 'header' });
            this.CONSUME(RightParen);
          },
        },
      ]);
    });
  });

  /** `(a, b)` before VALUES. */
  readonly columnNames: Rule = this.RULE('columnNames', () => {
    this.CONSUME(LeftParen);
    this.CONSUME(Identifier, { LABEL: 'insertColumn' });
    this.MANY(() => {
      this.CONSUME(Comma);
      this.CONSUME1(Identifier, { LABEL: 'insertColumn' });
    });
    this.CONSUME(RightParen);
  });

  readonly valueRow: Rule = this.RULE('valueRow', () => {
    this.CONSUME(LeftParen);
    this.OPTION(() => this.SUBRULE(this.valueList));
    this.CONSUME(RightParen);
  });
}
