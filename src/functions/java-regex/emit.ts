import { assertNever } from '../../errors/index.js';
import { EvaluationError } from '../evaluation-error.js';
import { areDisjoint, type CharSet } from './char-set.js';
import type { RegexNode, RepeatNode } from './regex-node.js';

/** The two engines that match the same language: RE2 in linear time, JavaScript's for what is known to be safe there. */
export type Dialect = 're2' | 'javascript';

/** Writes a pattern for an engine. Refuses possessive quantifiers that say more than greedy ones would. */
export function emitRegex(node: RegexNode, dialect: Dialect): string {
  return new Emitter(dialect).node(node, 'end');
}

/** The characters that may come after a piece, as far as it matters for a possessive quantifier: a set, or the end of the pattern. */
type Follower = CharSet | 'end' | 'unknown';

class Emitter {
  constructor(readonly dialect: Dialect) {}

  node(node: RegexNode, after: Follower): string {
    switch (node.kind) {
      case 'set':
        return this.#set(node.set);
      case 'assertion':
        return ASSERTIONS[this.dialect][node.place];
      case 'sequence':
        return node.items.map((item, index) => this.node(item, followerOf(node.items.slice(index + 1), after))).join('');
      case 'alternatives':
        return node.branches.map((branch) => this.node(branch, after)).join('|');
      case 'group': {
        const start = node.captures ? (node.name === null ? '(' : this.dialect === 're2' ? `(?P<${node.name}>` : `(?<${node.name}>`) : '(?:';
        return `${start}${this.node(node.body, after)})`;
      }
      case 'repeat':
        return this.#repeat(node, after);
      default:
        return assertNever(node);
    }
  }

  #repeat(node: RepeatNode, after: Follower): string {
    const { body, min, max, mode } = node;
    if (mode === 'possessive' && !isHarmless(body, after)) {
      throw new EvaluationError('A possessive quantifier is only supported where what follows cannot match what it repeats.');
    }
    const inner = this.node(body, 'unknown');
    const operand = body.kind === 'set' || body.kind === 'group' ? inner : `(?:${inner})`;
    const times = max === null ? (min === 0 ? '*' : min === 1 ? '+' : `{${min},}`) : min === 0 && max === 1 ? '?' : min === max ? `{${min}}` : `{${min},${max}}`;
    return operand + times + (mode === 'lazy' ? '?' : '');
  }

  #set({ ranges, properties, isNegated }: CharSet): string {
    const [only] = ranges;
    if (!isNegated && properties.length === 0 && ranges.length === 1 && only !== undefined && only[0] === only[1]) return this.#point(only[0]);
    // An empty class is written as the complement of everything.
    if (ranges.length === 0 && properties.length === 0) return `[${isNegated ? '' : '^'}${this.#point(0)}-${this.#point(0x10ffff)}]`;
    const inside = ranges.map(([from, to]) => (from === to ? this.#point(from) : `${this.#point(from)}-${this.#point(to)}`)).join('');
    return `[${isNegated ? '^' : ''}${inside}${properties.map((property) => this.#property(property)).join('')}]`;
  }

  /** Letters and digits as they are, all else by its number: nothing can have a second meaning. */
  #point(point: number): string {
    const letter = String.fromCodePoint(point);
    if (/[A-Za-z0-9]/.test(letter)) return letter;
    return this.dialect === 're2' ? `\\x{${point.toString(16)}}` : `\\u{${point.toString(16)}}`;
  }

  /** JavaScript asks for the kind of a property that names a script. */
  #property(property: string): string {
    const name = property.slice(3, -1);
    return this.dialect === 'javascript' && name.length > 2 ? `${property.slice(0, 3)}Script=${name}}` : property;
  }
}

const ASSERTIONS: { readonly [D in Dialect]: { readonly [P in Extract<RegexNode, { kind: 'assertion' }>['place']]: string } } = {
  re2: { textStart: '\\A', textEnd: '\\z', softEnd: '\\z', lineStart: '(?m:^)', lineEnd: '(?m:$)', wordEdge: '\\b', noWordEdge: '\\B' },
  javascript: { textStart: '^', textEnd: '$', softEnd: '$', lineStart: '(?<![^\\n])', lineEnd: '(?![^\\n])', wordEdge: '\\b', noWordEdge: '\\B' },
};

function followerOf(rest: readonly RegexNode[], after: Follower): Follower {
  const [next] = rest;
  if (next === undefined) return after;
  if (next.kind === 'set') return next.set;
  if (next.kind === 'repeat' && next.body.kind === 'set' && next.min > 0) return next.body.set;
  return next.kind === 'assertion' && (next.place === 'textEnd' || next.place === 'softEnd') ? 'end' : 'unknown';
}

/** Whether giving characters back could never help, so that a possessive quantifier equals a greedy one. */
function isHarmless(body: RegexNode, after: Follower): boolean {
  if (after === 'unknown') return false;
  if (after === 'end') return body.kind === 'set';
  return body.kind === 'set' && areDisjoint(body.set, after);
}
