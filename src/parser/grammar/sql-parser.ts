import { TestGrammar } from './tests.js';
import type { Rule } from './base.js';
import { Comma, Semicolon } from '../tokens.js';

/** The whole grammar with its entry rules. */
export class SqlParser extends TestGrammar {
  readonly script: Rule = this.RULE('script', () => {
    this.MANY(() => this.SUBRULE(this.terminated));
  });

  readonly testScript: Rule = this.RULE('testScript', () => {
    this.MANY(() => this.SUBRULE(this.terminatedTest));
  });

  readonly terminated: Rule = this.RULE('terminated', () => {
    this.SUBRULE(this.statement);
    this.CONSUME(Semicolon);
  });

  readonly terminatedTest: Rule = this.RULE('terminatedTest', () => {
    this.SUBRULE(this.testStatement);
    this.CONSUME(Semicolon);
  });

  /** Columns without the parentheses around them. */
  readonly columnList: Rule = this.RULE('columnList', () => {
    this.OPTION(() => {
      this.SUBRULE(this.columnDefinition);
      this.MANY(() => {
        this.CONSUME(Comma);
        this.SUBRULE1(this.columnDefinition);
      });
    });
  });

  constructor() {
    super();
    this.performSelfAnalysis();
  }
}

let parser: SqlParser | null = null;

/** The one parser, built on first use: building it costs more than parsing a statement does. */
export function sqlParser(): SqlParser {
  parser ??= new SqlParser();
  return parser;
}
