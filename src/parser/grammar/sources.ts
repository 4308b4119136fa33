import { PropertyGrammar } from './properties.js';
import type { Rule } from './base.js';
import { Comma, Identifier, kw, StringValue, Equal } from '../tokens.js';

/** CREATE, ALTER, DROP, INSERT: statements that change what exists. */
export class SourceGrammar extends PropertyGrammar {
  readonly create: Rule = this.RULE('create', () => {
    this.CONSUME(kw('CREATE'));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(kw('OR'));
          this.CONSUME(kw('REPLACE'), { LABEL: 'orReplace' });
          this.OR1([
            {
              ALT: () => {
                this.CONSUME(kw('SOURCE'), { LABEL: 'readOnly' });
                this.SUBRULE(this.createReadOnly);
              },
            },
            { ALT: () => this.SUBRULE(this.createSource) },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME1(kw('SOURCE'), { LABEL: 'readOnly' });
          this.OR2([
            { ALT: () => this.SUBRULE(this.createConnector) },
            { ALT: () => this.SUBRULE1(this.createReadOnly) },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(kw('SINK'), { LABEL: 'sink' });
          this.SUBRULE1(this.createConnector);
        },
      },
      { ALT: () => this.SUBRULE(this.createType) },
      { ALT: () => this.SUBRULE1(this.createSource) },
    ]);
  });

  readonly ifNotExists: Rule = this.RULE('ifNotExists', () => {
    this.CONSUME(kw('IF'));
    this.CONSUME(kw('NOT'));
    this.CONSUME(kw('EXISTS'));
  });

  readonly ifExists: Rule = this.RULE('ifExists', () => {
    this.CONSUME(kw('IF'));
    this.CONSUME(kw('EXISTS'));
  });

  readonly sourceKind: Rule = this.RULE('sourceKind', () => {
    this.OR([
      { ALT: () => this.CONSUME(kw('STREAM'), { LABEL: 'word' }) },
      { ALT: () => this.CONSUME(kw('TABLE'), { LABEL: 'word' }) },
    ]);
  });

  readonly createReadOnly: Rule = this.RULE('createReadOnly', () => {
    this.SUBRULE(this.sourceKind);
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('NOT'), DEF: () => this.SUBRULE(this.ifNotExists) });
    this.CONSUME(Identifier, { LABEL: 'newSource' });
    this.OPTION1(() => this.SUBRULE(this.columnDefinitions));
    this.OPTION2(() => this.SUBRULE(this.withClause));
  });

  /** Columns and AS exclude each other. */
  readonly createSource: Rule = this.RULE('createSource', () => {
    this.SUBRULE(this.sourceKind);
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('NOT'), DEF: () => this.SUBRULE(this.ifNotExists) });
    this.CONSUME(Identifier, { LABEL: 'newSource' });
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.columnDefinitions);
          this.OPTION1(() => this.SUBRULE(this.withClause));
        },
      },
      {
        ALT: () => {
          this.SUBRULE1(this.withClause);
          this.OPTION2(() => {
            this.CONSUME(kw('AS'));
            this.SUBRULE(this.query);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME1(kw('AS'));
          this.SUBRULE1(this.query);
        },
      },
      { ALT: () => undefined },
    ]);
  });

  readonly createConnector: Rule = this.RULE('createConnector', () => {
    this.CONSUME(kw('CONNECTOR'));
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('NOT'), DEF: () => this.SUBRULE(this.ifNotExists) });
    this.CONSUME(Identifier, { LABEL: 'newConnector' });
    this.SUBRULE(this.withClause);
  });

  readonly createType: Rule = this.RULE('createType', () => {
    this.CONSUME(kw('TYPE'));
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('NOT'), DEF: () => this.SUBRULE(this.ifNotExists) });
    this.CONSUME(Identifier, { LABEL: 'newType' });
    this.CONSUME(kw('AS'));
    this.SUBRULE(this.type);
  });

  readonly insert: Rule = this.RULE('insert', () => {
    this.CONSUME(kw('INSERT'));
    this.CONSUME(kw('INTO'));
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.OR([
      {
        ALT: () => {
          this.OPTION(() => this.SUBRULE(this.withClause));
          this.SUBRULE(this.query);
        },
      },
      {
        ALT: () => {
          this.OPTION1(() => this.SUBRULE(this.columnNames));
          this.CONSUME(kw('VALUES'));
          this.SUBRULE(this.valueRow);
        },
      },
    ]);
  });

  readonly drop: Rule = this.RULE('drop', () => {
    this.CONSUME(kw('DROP'));
    this.OR([
      { ALT: () => this.SUBRULE(this.dropConnector) },
      { ALT: () => this.SUBRULE(this.dropType) },
      { ALT: () => this.SUBRULE(this.dropSource) },
    ]);
  });

  readonly dropSource: Rule = this.RULE('dropSource', () => {
    this.SUBRULE(this.sourceKind);
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('EXISTS'), DEF: () => this.SUBRULE(this.ifExists) });
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.OPTION1(() => {
      this.CONSUME(kw('DELETE'), { LABEL: 'deleteTopic' });
      this.CONSUME(kw('TOPIC'));
    });
  });

  readonly dropConnector: Rule = this.RULE('dropConnector', () => {
    this.CONSUME(kw('CONNECTOR'));
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('EXISTS'), DEF: () => this.SUBRULE(this.ifExists) });
    this.CONSUME(Identifier, { LABEL: 'connector' });
  });

  readonly dropType: Rule = this.RULE('dropType', () => {
    this.CONSUME(kw('TYPE'));
    this.OPTION({ GATE: () => this.LA(2).tokenType === kw('EXISTS'), DEF: () => this.SUBRULE(this.ifExists) });
    this.CONSUME(Identifier, { LABEL: 'type' });
  });

  readonly alter: Rule = this.RULE('alter', () => {
    this.CONSUME(kw('ALTER'));
    this.OR([
      { ALT: () => this.SUBRULE(this.alterSystem) },
      { ALT: () => this.SUBRULE(this.alterSource) },
    ]);
  });

  readonly alterSystem: Rule = this.RULE('alterSystem', () => {
    this.CONSUME(kw('SYSTEM'));
    this.CONSUME(StringValue, { LABEL: 'setting' });
    this.CONSUME(Equal);
    this.CONSUME1(StringValue, { LABEL: 'string' });
  });

  readonly alterSource: Rule = this.RULE('alterSource', () => {
    this.SUBRULE(this.sourceKind);
    this.CONSUME(Identifier, { LABEL: 'source' });
    this.SUBRULE(this.addColumn);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.SUBRULE1(this.addColumn);
    });
  });

  /** `ADD COLUMN x INT`; in `ADD column INT` the word is the name. */
  readonly addColumn: Rule = this.RULE('addColumn', () => {
    this.CONSUME(kw('ADD'));
    this.OPTION({ GATE: () => this.isColumnWord(), DEF: () => this.CONSUME(kw('COLUMN')) });
    this.CONSUME(Identifier, { LABEL: 'newColumn' });
    this.SUBRULE(this.type);
  });

  private isColumnWord(): boolean {
    const after = this.LA(3).tokenType;
    return after !== Comma && this.LA(3).image !== ';' && !Number.isNaN(this.LA(3).startOffset);
  }
}
