import { CstParser, type CstNode, type ParserMethod } from 'chevrotain';
import { CATEGORIES, VOCABULARY } from '../tokens.js';

/** A grammar rule. Rules only recognise; `build-*.ts` turns what they give into the syntax tree. */
export type Rule = ParserMethod<[], CstNode>;

/**
 * Settings of the parser. One token of lookahead decides everywhere; where the language needs more, the rule says so
 * with a GATE. Labels of tokens and subrules are the names under which the builders find them.
 */
export class GrammarBase extends CstParser {
  constructor() {
    super([...VOCABULARY, ...CATEGORIES], {
      maxLookahead: 1,
      recoveryEnabled: false,
      skipValidations: true,
      nodeLocationTracking: 'onlyOffset',
    });
  }
}
