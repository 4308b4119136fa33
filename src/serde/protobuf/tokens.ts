import { RecordError } from '../../errors/index.js';

/** A word, number, punctuation character, or string (its content, with `isText`). */
export interface Token {
  readonly text: string;
  readonly isText: boolean;
}

// Names are taken wider than protobuf does: whatever is neither blank nor punctuation of the language.
const TOKEN = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([{}[\]()<>=;,:])|([^\s{}[\]()<>=;,:"']+)/y;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new RecordError('The protobuf schema has a string that is not closed');
    const [, quoted, punctuation, word] = match;
    if (quoted !== undefined) tokens.push({ text: quoted.slice(1, -1), isText: true });
    else if (punctuation !== undefined) tokens.push({ text: punctuation, isText: false });
    else if (word !== undefined) tokens.push({ text: word, isText: false });
  }
  return tokens;
}

/** Reads tokens one after the other. */
export class TokenReader {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(): string {
    const token = this.tokens[this.at];
    return token === undefined || token.isText ? '' : token.text;
  }

  next(): Token {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new RecordError('The protobuf schema ends too early');
    return token;
  }

  word(): string {
    return this.next().text;
  }

  accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    const token = this.next();
    if (token.isText || token.text !== text) throw new RecordError(`The protobuf schema has "${token.text}" where ${text} is expected`);
  }

  /** Over everything up to the end of a statement: a semicolon, or a block in braces. Gives the tokens passed. */
  skipStatement(): Token[] {
    const passed: Token[] = [];
    let depth = 0;
    for (;;) {
      const token = this.next();
      passed.push(token);
      if (token.isText) continue;
      if (token.text === '{' || token.text === '[') depth++;
      else if (token.text === '}' || token.text === ']') {
        depth--;
        if (depth === 0 && token.text === '}') {
          this.accept(';');
          return passed;
        }
      } else if (token.text === ';' && depth === 0) return passed;
    }
  }

  /** The tokens of a bracketed list, brackets left out. */
  brackets(): Token[] {
    const inside: Token[] = [];
    let depth = 0;
    for (;;) {
      const token = this.next();
      if (!token.isText && token.text === '[') depth++;
      else if (!token.isText && token.text === ']' && --depth < 0) return inside;
      inside.push(token);
    }
  }
}
