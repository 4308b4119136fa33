import { tokenMatcher } from 'chevrotain';
import { SourceGrammar } from './sources.js';
import type { Rule } from './base.js';
import { AnyWord, Equal, Identifier, kw, Semicolon, StringValue } from '../tokens.js';

/** The other statements: looking, controlling, settings. */
export class StatementGrammar extends SourceGrammar {
  readonly statement: Rule = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.query) },
      { ALT: () => this.SUBRULE(this.create) },
      { ALT: () => this.SUBRULE(this.insert) },
      { ALT: () => this.SUBRULE(this.drop) },
      { ALT: () => this.SUBRULE(this.alter) },
      { ALT: () => this.SUBRULE(this.show) },
      { ALT: () => this.SUBRULE(this.describe) },
      { ALT: () => this.SUBRULE(this.explain) },
      { ALT: () => this.SUBRULE(this.print) },
      { ALT: () => this.SUBRULE(this.queryControl) },
      { ALT: () => this.SUBRULE(this.set) },
      { ALT: () => this.SUBRULE(this.unset) },
      { ALT: () => this.SUBRULE(this.define) },
      { ALT: () => this.SUBRULE(this.undefine) },
      { ALT: () => this.SUBRULE(this.assertion) },
    ]);
  });

  readonly show: Rule = this.RULE('show', () => {
    this.OR([{ ALT: () => this.CONSUME(kw('LIST')) }, { ALT: () => this.CONSUME(kw('SHOW')) }]);
    this.OR1([
      { ALT: () => this.CONSUME(kw('PROPERTIES'), { LABEL: 'what' }) },
      { ALT: () => this.CONSUME(kw('FUNCTIONS'), { LABEL: 'what' }) },
      { ALT: () => this.CONSUME(kw('TYPES'), { LABEL: 'what' }) },
      { ALT: () => this.CONSUME(kw('VARIABLES'), { LABEL: 'what' }) },
      { ALT: () => this.SUBRULE(this.showExtended) },
      { ALT: () => this.SUBRULE(this.showConnectors) },
    ]);
  });

  readonly showExtended: Rule = this.RULE('showExtended', () => {
    this.OR([
      {
        ALT: () => {
          this.OPTION(() => this.CONSUME(kw('ALL'), { LABEL: 'all' }));
          this.CONSUME(kw('TOPICS'), { LABEL: 'what' });
        },
      },
      { ALT: () => this.CONSUME(kw('STREAMS'), { LABEL: 'what' }) },
      { ALT: () => this.CONSUME(kw('TABLES'), { LABEL: 'what' }) },
      { ALT: () => this.CONSUME(kw('QUERIES'), { LABEL: 'what' }) },
    ]);
    this.OPTION1(() => this.CONSUME(kw('EXTENDED'), { LABEL: 'extended' }));
  });

  readonly showConnectors: Rule = this.RULE('showConnectors', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(kw('CONNECTOR'));
          this.CONSUME(kw('PLUGINS'), { LABEL: 'plugins' });
        },
      },
      {
        ALT: () => {
          this.OPTION(() => {
            this.OR1([
              { ALT: () => this.CONSUME(kw('SOURCE'), { LABEL: 'side' }) },
              { ALT: () => this.CONSUME(kw('SINK'), { LABEL: 'side' }) },
            ]);
          });
          this.CONSUME(kw('CONNECTORS'));
        },
      },
    ]);
  });

  /** FUNCTION alone is the name of a source. */
  readonly describe: Rule = this.RULE('describe', () => {
    this.CONSUME(kw('DESCRIBE'));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(kw('STREAMS'), { LABEL: 'streams' });
          this.OPTION(() => this.CONSUME(kw('EXTENDED'), { LABEL: 'extended' }));
        },
      },
      {
        ALT: () => {
          this.CONSUME(kw('CONNECTOR'));
          this.CONSUME(Identifier, { LABEL: 'connector' });
        },
      },
      {
        GATE: () => this.LA(1).tokenType === kw('FUNCTION') && tokenMatcher(this.LA(2), Identifier),
        ALT: () => {
          this.CONSUME(kw('FUNCTION'));
          this.CONSUME1(Identifier, { LABEL: 'function' });
        },
      },
      {
        ALT: () => {
          this.CONSUME2(Identifier, { LABEL: 'source' });
          this.OPTION1(() => this.CONSUME1(kw('EXTENDED'), { LABEL: 'extended' }));
        },
      },
    ]);
  });

  /** A statement, or one word: the id of a query. */
  readonly explain: Rule = this.RULE('explain', () => {
    this.CONSUME(kw('EXPLAIN'));
    this.OR([
      {
        GATE: () => this.LA(2).tokenType === Semicolon || Number.isNaN(this.LA(2).startOffset),
        ALT: () => this.CONSUME(Identifier, { LABEL: 'query' }),
      },
      { ALT: () => this.SUBRULE(this.statement) },
    ]);
  });

  readonly print: Rule = this.RULE('print', () => {
    this.CONSUME(kw('PRINT'));
    this.SUBRULE(this.resource, { LABEL: 'topic' });
    this.OPTION(() => {
      this.CONSUME(kw('FROM'));
      this.CONSUME(kw('BEGINNING'), { LABEL: 'beginning' });
    });
    this.OPTION1(() => {
      this.OR([{ ALT: () => this.CONSUME(kw('INTERVAL')) }, { ALT: () => this.CONSUME(kw('SAMPLE')) }]);
      this.SUBRULE(this.number, { LABEL: 'interval' });
    });
    this.OPTION2(() => {
      this.CONSUME(kw('LIMIT'));
      this.SUBRULE1(this.number, { LABEL: 'limit' });
    });
  });

  readonly resource: Rule = this.RULE('resource', () => {
    this.OR([
      { ALT: () => this.CONSUME(Identifier, { LABEL: 'topic' }) },
      { ALT: () => this.CONSUME(StringValue, { LABEL: 'topic' }) },
    ]);
  });

  readonly queryControl: Rule = this.RULE('queryControl', () => {
    this.OR([
      { ALT: () => this.CONSUME(kw('TERMINATE'), { LABEL: 'action' }) },
      { ALT: () => this.CONSUME(kw('PAUSE'), { LABEL: 'action' }) },
      { ALT: () => this.CONSUME(kw('RESUME'), { LABEL: 'action' }) },
      { ALT: () => this.CONSUME(kw('RESET'), { LABEL: 'action' }) },
    ]);
    this.OR1([
      { ALT: () => this.CONSUME(Identifier, { LABEL: 'query' }) },
      { ALT: () => this.CONSUME(kw('ALL'), { LABEL: 'all' }) },
    ]);
  });

  readonly set: Rule = this.RULE('set', () => {
    this.CONSUME(kw('SET'));
    this.CONSUME(StringValue, { LABEL: 'setting' });
    this.CONSUME(Equal);
    this.CONSUME1(StringValue, { LABEL: 'string' });
  });

  readonly unset: Rule = this.RULE('unset', () => {
    this.CONSUME(kw('UNSET'));
    this.CONSUME(StringValue, { LABEL: 'setting' });
  });

  readonly define: Rule = this.RULE('define', () => {
    this.CONSUME(kw('DEFINE'));
    this.CONSUME(AnyWord, { LABEL: 'variableName' });
    this.CONSUME(Equal);
    this.CONSUME(StringValue, { LABEL: 'string' });
  });

  readonly undefine: Rule = this.RULE('undefine', () => {
    this.CONSUME(kw('UNDEFINE'));
    this.CONSUME(AnyWord, { LABEL: 'variableName' });
  });

  readonly assertion: Rule = this.RULE('assertion', () => {
    this.CONSUME(kw('ASSERT'));
    this.OPTION(() => {
      this.CONSUME(kw('NOT'), { LABEL: 'notExists' });
      this.CONSUME(kw('EXISTS'));
    });
    this.OR([
      { ALT: () => this.SUBRULE(this.assertTopic) },
      { ALT: () => this.SUBRULE(this.assertSchema) },
    ]);
  });

  readonly assertTopic: Rule = this.RULE('assertTopic', () => {
    this.CONSUME(kw('TOPIC'));
    this.SUBRULE(this.resource, { LABEL: 'topic' });
    this.OPTION(() => this.SUBRULE(this.withClause));
    this.OPTION1(() => this.SUBRULE(this.timeout));
  });

  readonly assertSchema: Rule = this.RULE('assertSchema', () => {
    this.CONSUME(kw('SCHEMA'));
    this.OPTION(() => {
      this.CONSUME(kw('SUBJECT'));
      this.SUBRULE(this.resource, { LABEL: 'subject' });
    });
    this.OPTION1(() => {
      this.CONSUME(kw('ID'));
      this.SUBRULE(this.literal);
    });
    this.OPTION2(() => this.SUBRULE(this.timeout));
  });

  readonly timeout: Rule = this.RULE('timeout', () => {
    this.CONSUME(kw('TIMEOUT'));
    this.SUBRULE(this.duration);
  });
}
