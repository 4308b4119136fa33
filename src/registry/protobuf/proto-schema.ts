import { invalidSchema } from '../registry-error.js';
import type { ResolvedSchema } from '../registry.js';
import { ProtoTokens } from './proto-tokens.js';

export type ProtoLabel = 'singular' | 'repeated' | 'required';

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly label: ProtoLabel;
  readonly type: ProtoType;
  /** The oneof around it. */
  readonly oneof: string | null;
}
/** Names are without their package: moving a file to another package changes nothing on the wire. */
export type ProtoType =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'enum' | 'message'; readonly name: string }
  | { readonly kind: 'map'; readonly key: ProtoType; readonly value: ProtoType };

export interface ProtoMessage {
  readonly name: string;
  readonly fields: readonly ProtoField[];
}
export interface ProtoSchema {
  readonly messages: ReadonlyMap<string, ProtoMessage>;
  /** Messages of the files it imports. */
  readonly imported: ReadonlyMap<string, ProtoMessage>;
}

export const SCALARS: ReadonlySet<string> = new Set([
  'double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes',
]);
const MAX_DEPTH = 64;

type Named = ReadonlyMap<string, { readonly kind: 'enum' | 'message'; readonly name: string }>;
interface OpenField extends Omit<ProtoField, 'type'> {
  readonly type: string | readonly [key: string, value: string];
  readonly scope: string;
}
interface OpenMessage {
  readonly name: string;
  readonly fields: OpenField[];
}

/** Throws RegistryError 42201 for what is no .proto file. */
export function parseProto(schema: ResolvedSchema): ProtoSchema {
  const named = new Map<string, { kind: 'enum' | 'message'; name: string }>();
  const imported = new Map<string, ProtoMessage>();
  const seen = new Set<ResolvedSchema>();
  const read = (one: ResolvedSchema): ReadonlyMap<string, ProtoMessage> => {
    for (const { schema: referred } of one.references) {
      if (seen.has(referred)) continue;
      seen.add(referred);
      for (const [name, message] of read(referred)) imported.set(name, message);
    }
    const file = new FileReader(one.text, named);
    return new Map(file.read().map((message) => [message.name, close(message, named)] as const));
  };
  return { messages: read(schema), imported };
}

class FileReader {
  private readonly tokens: ProtoTokens;
  private readonly messages: OpenMessage[] = [];
  private packageName = '';

  constructor(text: string, private readonly named: Map<string, { kind: 'enum' | 'message'; name: string }>) {
    this.tokens = new ProtoTokens(text);
  }

  read(): readonly OpenMessage[] {
    const { tokens } = this;
    while (!tokens.isAtEnd) {
      switch (tokens.peek()) {
        case 'package':
          tokens.next();
          this.packageName = tokens.name();
          tokens.expect(';');
          break;
        case 'message':
          tokens.next();
          this.message('', tokens.name(), 0);
          break;
        case 'enum':
          this.enumeration('');
          break;
        case 'syntax': case 'edition': case 'import': case 'option': case 'service': case 'extend': case ';':
          tokens.skipStatement();
          break;
        default:
          throw invalidSchema(`"${tokens.peek()}" is not expected at the top of a protobuf schema`);
      }
    }
    return this.messages;
  }

  private define(kind: 'enum' | 'message', name: string): void {
    this.named.set(this.packageName === '' ? name : `${this.packageName}.${name}`, { kind, name });
  }

  private message(outer: string, own: string, depth: number): string {
    if (depth > MAX_DEPTH) throw invalidSchema(`messages are nested deeper than ${MAX_DEPTH} levels`);
    const name = outer === '' ? own : `${outer}.${own}`;
    const message: OpenMessage = { name, fields: [] };
    this.define('message', name);
    this.messages.push(message);
    this.tokens.expect('{');
    this.body(message, null, depth);
    const numbers = new Set(message.fields.map((field) => field.number));
    if (numbers.size !== message.fields.length) throw invalidSchema(`two fields of message ${name} have the same number`);
    return name;
  }

  private body(message: OpenMessage, oneof: string | null, depth: number): void {
    const { tokens } = this;
    while (!tokens.accept('}')) {
      const word = tokens.peek();
      // A field may be called like a keyword: then a type stands before it.
      if (word === 'message' && tokens.peek(2) === '{') {
        tokens.next();
        this.message(message.name, tokens.name(), depth + 1);
      } else if (word === 'enum' && tokens.peek(2) === '{') this.enumeration(message.name);
      else if (word === 'oneof' && tokens.peek(2) === '{') {
        tokens.next();
        const name = tokens.name();
        tokens.expect('{');
        this.body(message, name, depth);
      } else if (word === 'option' || word === 'reserved' || word === 'extensions' || word === 'extend') tokens.skipStatement();
      else if (!tokens.accept(';')) this.field(message, oneof, depth);
    }
  }

  private field(message: OpenMessage, oneof: string | null, depth: number): void {
    const { tokens } = this;
    const label: ProtoLabel = tokens.accept('repeated') ? 'repeated' : tokens.accept('required') ? 'required' : 'singular';
    if (label === 'singular') tokens.accept('optional');
    const isGroup = tokens.peek() === 'group' && tokens.peek(2) === '=';
    let type: OpenField['type'] = tokens.name();
    if (type === 'map' && tokens.accept('<')) {
      const key = tokens.name();
      tokens.expect(',');
      type = [key, tokens.name()];
      tokens.expect('>');
    }
    const name = tokens.name();
    tokens.expect('=');
    const number = Number(tokens.next());
    if (!Number.isInteger(number) || number < 1 || number > 536_870_911) throw invalidSchema(`the field ${name} of message ${message.name} has no valid number`);
    if (tokens.peek() === '[') tokens.skipBlock('[', ']');
    if (isGroup) type = this.message(message.name, name, depth + 1);
    else tokens.expect(';');
    message.fields.push({ name, number, label, type, oneof, scope: this.packageName === '' ? message.name : `${this.packageName}.${message.name}` });
  }

  private enumeration(outer: string): void {
    const { tokens } = this;
    tokens.next();
    const own = tokens.name();
    this.define('enum', outer === '' ? own : `${outer}.${own}`);
    if (tokens.peek() !== '{') throw invalidSchema(`enum ${own} has no body`);
    tokens.skipBlock('{', '}');
  }
}

function close(message: OpenMessage, named: Named): ProtoMessage {
  const typeOf = (name: string, scope: string): ProtoType => (SCALARS.has(name) ? { kind: 'scalar', name } : resolve(name, scope, named));
  return {
    name: message.name,
    fields: message.fields.map(({ name, number, label, oneof, type, scope }) => ({
      name, number, label, oneof,
      type: typeof type === 'string' ? typeOf(type, scope) : { kind: 'map', key: typeOf(type[0], scope), value: typeOf(type[1], scope) },
    })),
  };
}

// From the innermost scope outwards, as protobuf looks names up. What no file at hand defines counts as a message of that name.
function resolve(name: string, scope: string, named: Named): ProtoType {
  if (name.startsWith('.')) return named.get(name.slice(1)) ?? { kind: 'message', name: name.slice(1) };
  for (let around = scope; ; around = around.slice(0, Math.max(0, around.lastIndexOf('.')))) {
    const found = named.get(around === '' ? name : `${around}.${name}`);
    if (found !== undefined) return found;
    if (around === '') return { kind: 'message', name };
  }
}
