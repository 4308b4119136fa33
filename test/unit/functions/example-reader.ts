import { array, BIGINT, BOOLEAN, DATE, decimal, DOUBLE, INTEGER, map, STRING, TIME, TIMESTAMP, BYTES, castFunction, widerType, type SqlType, type SqlValue } from '../../../src/types/index.js';
import { present } from '../../../src/errors/index.js';
import { given, NULL, type TypedArgument } from './harness.js';

/**
 * Just enough SQL to run the examples of the catalogue without the engine: literals, ARRAY, MAP, CAST, unit words, column
 * names and calls. `null` for what it does not read (lambdas, operators).
 */
export interface Calls {
  call(name: string, args: readonly TypedArgument[]): TypedArgument;
  column(name: string): TypedArgument | null;
}

const TYPES: Readonly<Record<string, SqlType>> = { BOOLEAN, INTEGER, INT: INTEGER, BIGINT, DOUBLE, STRING, VARCHAR: STRING, BYTES, DATE, TIME, TIMESTAMP };
const UNITS = new Set(['DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS']);
const TOKEN = /\s*('(?:[^']|'')*'|-?\d+\.\d+(?:[eE]-?\d+)?|-?\d+(?:[eE]-?\d+)?|[A-Za-z_]\w*|:=|=>|->|.)/gy;

export function typeFrom(text: string): SqlType {
  const nested = /^ARRAY<(.*)>$/.exec(text);
  if (nested !== null) return array(typeFrom(nested[1] ?? ''));
  const sized = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(text);
  if (sized !== null) return decimal(Number(sized[1]), Number(sized[2]));
  return present(TYPES[text], `type ${text}`);
}

export function canRead(sql: string): boolean {
  return !/=>|->|\|\||[+*/]\s/.test(sql.replaceAll(/'(?:[^']|'')*'/g, ''));
}

export function evaluate(sql: string, calls: Calls): TypedArgument {
  const tokens = [...sql.matchAll(TOKEN)].map((match) => match[1] ?? '').filter((token) => token.trim() !== '');
  const reader = new Reader(tokens, calls);
  const result = reader.expression();
  if (!reader.isDone) throw new Error(`Not read to the end: ${sql}`);
  return result;
}

class Reader {
  private at = 0;
  constructor(
    private readonly tokens: readonly string[],
    private readonly calls: Calls,
  ) {}
  get isDone(): boolean {
    return this.at === this.tokens.length;
  }

  expression(): TypedArgument {
    const token = this.next();
    if (token.startsWith("'")) return given(STRING, token.slice(1, -1).replaceAll("''", "'"));
    if (/^-?\d/.test(token)) return numberOf(token);
    const word = token.toUpperCase();
    if (word === 'NULL') return NULL;
    if (word === 'TRUE' || word === 'FALSE') return given(BOOLEAN, word === 'TRUE');
    if (word === 'ARRAY') return this.array();
    if (word === 'MAP') return this.map();
    if (word === 'CAST') return this.cast();
    if (UNITS.has(word)) return given({ kind: 'UNIT' }, word);
    if (this.tokens[this.at] === '(') return this.calls.call(word, this.list('(', ')'));
    return present(this.calls.column(token), `column ${token}`);
  }

  list(open: string, close: string): TypedArgument[] {
    this.expect(open);
    const items: TypedArgument[] = [];
    while (this.tokens[this.at] !== close) {
      if (items.length > 0) this.expect(',');
      items.push(this.expression());
    }
    this.expect(close);
    return items;
  }
  private array(): TypedArgument {
    const { type, values } = common(this.list('[', ']'));
    return given(array(type), values);
  }
  private map(): TypedArgument {
    this.expect('(');
    const keys: TypedArgument[] = [];
    const values: TypedArgument[] = [];
    while (this.tokens[this.at] !== ')') {
      if (keys.length > 0) this.expect(',');
      keys.push(this.expression());
      this.expect(':=');
      values.push(this.expression());
    }
    this.expect(')');
    const value = common(values);
    return given(map(STRING, value.type), new Map(common(keys).values.map((key, index) => [key, value.values[index] ?? null])));
  }
  private cast(): TypedArgument {
    this.expect('(');
    const operand = this.expression();
    this.expect('AS');
    let text = '';
    for (let depth = 0; depth > 0 || this.tokens[this.at] !== ')'; ) {
      const token = this.next();
      depth += token === '(' ? 1 : token === ')' ? -1 : 0;
      text += token === ',' ? ', ' : token;
    }
    this.expect(')');
    const type = typeFrom(text);
    return given(type, converted(operand, type));
  }
  private next(): string {
    return present(this.tokens[this.at++], 'a token');
  }
  private expect(token: string): void {
    const found = this.next();
    if (found.toUpperCase() !== token) throw new Error(`Expected ${token}, found ${found}`);
  }
}

function numberOf(text: string): TypedArgument {
  if (/[eE]/.test(text)) return given(DOUBLE, Number(text));
  if (!text.includes('.')) return Math.abs(Number(text)) < 2 ** 31 ? given(INTEGER, Number(text)) : given(BIGINT, Number(text));
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const digits = (whole === '0' ? 1 : whole.length) + fraction.length;
  return given(decimal(digits, fraction.length), Number(text.replace('.', '')));
}

function converted({ type, value }: TypedArgument, target: SqlType): SqlValue {
  if (value === null || type.kind === 'NULL') return null;
  if (typeof value === 'function' || type.kind === 'UNIT' || type.kind === 'LAMBDA') throw new Error('Not a value');
  return present(castFunction(type, target), `cast ${type.kind} to ${target.kind}`)(value);
}

function common(items: readonly TypedArgument[]): { readonly type: SqlType; readonly values: readonly SqlValue[] } {
  const types = items.flatMap(({ type }) => (type.kind === 'NULL' || type.kind === 'UNIT' || type.kind === 'LAMBDA' ? [] : [type]));
  const type = types.reduce((a, b) => present(widerType(a, b), 'a common type'));
  return { type, values: items.map((item) => converted(item, type)) };
}
