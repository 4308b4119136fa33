export type * from './ast.js';
// Written by the parser's owner; the signatures below are fixed:
// parseScript(text: string, options?: { tests?: boolean }): ParsedStatement[]      throws ParseError
// splitStatements(text: string): StatementText[]                                   no grammar, only lexing
// interface ParsedStatement { statement: Statement; text: string /* as written, with the ';' */; span: Span }
// substituteVariables(text: string, variables: ReadonlyMap<string,string>): string
// printStatement(statement), printExpression(expression), printType(type), printQuery
// formatIdentifier(name: string): string                                           back-quotes where needed
// expectedTokens(text: string, offset: number): Completion                         for completion
// parseColumnList(text: string): ColumnDefinition[]                                "ID INT KEY, NAME STRING"
// parseType(text: string): TypeNode
// parseExpression(text: string): Expression
// maskSecrets(text: string): string                                                statement text safe to log
