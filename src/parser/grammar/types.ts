import { LiteralGrammar } from './literals.js';
import type { Rule } from './base.js';
import { Comma, Greater, Identifier, kw, LeftParen, Less, NotEqual, RightParen } from '../tokens.js';

/** Column types. */
export class TypeGrammar extends LiteralGrammar {
  readonly type: Rule = this.RULE('type', () => {
    // ARRAY, MAP and STRUCT are names too: the first alternative that fits is taken.
    this.OR([
      { ALT: () => this.SUBRULE(this.arrayType) },
      { ALT: () => this.SUBRULE(this.mapType) },
      { ALT: () => this.SUBRULE(this.structType) },
      { ALT: () => this.SUBRULE(this.decimalType) },
      { ALT: () => this.SUBRULE(this.namedType) },
    ]);
    this.MANY(() => this.CONSUME(kw('ARRAY'), { LABEL: 'arraySuffix' }));
  });

  readonly arrayType: Rule = this.RULE('arrayType', () => {
    this.CONSUME(kw('ARRAY'));
    this.CONSUME(Less);
    this.SUBRULE(this.type);
    this.CONSUME(Greater);
  });

  readonly mapType: Rule = this.RULE('mapType', () => {
    this.CONSUME(kw('MAP'));
    this.CONSUME(Less);
    this.SUBRULE(this.type);
    this.CONSUME(Comma);
    this.SUBRULE1(this.type);
    this.CONSUME(Greater);
  });

  /** `STRUCT<>` is one token less: its brackets read as the sign `<>`. */
  readonly structType: Rule = this.RULE('structType', () => {
    this.CONSUME(kw('STRUCT'));
    this.OR([
      { ALT: () => this.CONSUME(NotEqual) },
      {
        ALT: () => {
          this.CONSUME(Less);
          this.OPTION(() => {
            this.SUBRULE(this.structField, { LABEL: 'field' });
            this.MANY(() => {
              this.CONSUME(Comma);
              this.SUBRULE1(this.structField, { LABEL: 'field' });
            });
          });
          this.CONSUME(Greater);
        },
      },
    ]);
  });

  readonly structField: Rule = this.RULE('structField', () => {
    this.CONSUME(Identifier, { LABEL: 'name' });
    this.SUBRULE(this.type);
  });

  readonly decimalType: Rule = this.RULE('decimalType', () => {
    this.CONSUME(kw('DECIMAL'));
    this.CONSUME(LeftParen);
    this.SUBRULE(this.number, { LABEL: 'precision' });
    this.CONSUME(Comma);
    this.SUBRULE1(this.number, { LABEL: 'scale' });
    this.CONSUME(RightParen);
  });

  readonly namedType: Rule = this.RULE('namedType', () => {
    this.CONSUME(Identifier, { LABEL: 'type' });
    this.OPTION(() => {
      this.CONSUME(LeftParen);
      this.SUBRULE(this.typeParameter);
      this.MANY(() => {
        this.CONSUME(Comma);
        this.SUBRULE1(this.typeParameter);
      });
      this.CONSUME(RightParen);
    });
  });
}
