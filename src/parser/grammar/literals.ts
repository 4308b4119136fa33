import { GrammarBase, type Rule } from './base.js';
import { IntegerValue, kw, Minus, NumberLiteral, StringValue, UnitWord, Variable } from '../tokens.js';

/** Literals, numbers with sign, durations. */
export class LiteralGrammar extends GrammarBase {
  /** A literal without sign, as in expressions. */
  readonly constant: Rule = this.RULE('constant', () => {
    this.OR([
      { ALT: () => this.CONSUME(NumberLiteral, { LABEL: 'number' }) },
      { ALT: () => this.CONSUME(StringValue, { LABEL: 'string' }) },
      { ALT: () => this.CONSUME(kw('NULL'), { LABEL: 'null' }) },
      { ALT: () => this.CONSUME(kw('TRUE'), { LABEL: 'true' }) },
      { ALT: () => this.CONSUME(kw('FALSE'), { LABEL: 'false' }) },
    ]);
  });

  /** A literal of a property: with sign, or a variable. */
  readonly literal: Rule = this.RULE('literal', () => {
    this.OR([
      { ALT: () => this.CONSUME(Variable, { LABEL: 'variable' }) },
      {
        ALT: () => {
          this.CONSUME(Minus, { LABEL: 'minus' });
          this.CONSUME(NumberLiteral, { LABEL: 'number' });
        },
      },
      { ALT: () => this.SUBRULE(this.constant) },
    ]);
  });

  readonly number: Rule = this.RULE('number', () => {
    this.OPTION(() => this.CONSUME(Minus, { LABEL: 'minus' }));
    this.CONSUME(NumberLiteral, { LABEL: 'number' });
  });

  /** `number unit`. */
  readonly duration: Rule = this.RULE('duration', () => {
    this.SUBRULE(this.number);
    this.CONSUME(UnitWord, { LABEL: 'unit' });
  });

  /** What may stand in the parentheses after a type name. */
  readonly typeParameter: Rule = this.RULE('typeParameter', () => {
    this.OR([
      { ALT: () => this.CONSUME(kw('STRING'), { LABEL: 'word' }) },
      { ALT: () => this.CONSUME(IntegerValue, { LABEL: 'number' }) },
    ]);
  });
}
