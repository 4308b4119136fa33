import { invalidSchema } from '../registry-error.js';

// Blanks and comments, strings, punctuation, words (names with dots, numbers).
const TOKEN = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([{}[\]()<>=;,:])|([^\s{}[\]()<>=;,:"'/]+|\/)/y;

/** The tokens of a .proto text. */
export function protoTokens(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw invalidSchema('a string of the protobuf schema is not closed');
    const token = match[1] ?? match[2] ?? match[3];
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

/** Reads tokens one after the other. */
export class ProtoTokens {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = protoTokens(text);
  }

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): string {
    return this.tokens[this.at + ahead] ?? '';
  }

  next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw invalidSchema('the protobuf schema ends too early');
    return token;
  }

  name(): string {
    const token = this.next();
    if (!/^[\p{L}_.][\p{L}\p{N}_.-]*$/u.test(token)) throw invalidSchema(`"${token}" stands where the protobuf schema needs a name`);
    return token;
  }

  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at += 1;
    return true;
  }

  expect(token: string): void {
    const found = this.next();
    if (found !== token) throw invalidSchema(`"${found}" stands where the protobuf schema needs ${token}`);
  }

  skipBlock(open: string, close: string): void {
    this.expect(open);
    for (let depth = 1; depth > 0; ) {
      const token = this.next();
      if (token === open) depth += 1;
      else if (token === close) depth -= 1;
    }
  }

  /** Over a statement: up to its semicolon, or its block in braces. */
  skipStatement(): void {
    while (!this.accept(';')) {
      if (this.peek() !== '{') {
        this.next();
        continue;
      }
      this.skipBlock('{', '}');
      this.accept(';');
      return;
    }
  }
}
