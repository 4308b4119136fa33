import type { CharSet } from './char-set.js';

/** A Java regular expression as far as it can be matched in linear time. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assertion'; readonly place: 'textStart' | 'textEnd' | 'softEnd' | 'lineStart' | 'lineEnd' | 'wordEdge' | 'noWordEdge' }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'alternatives'; readonly branches: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly captures: boolean; readonly name: string | null; readonly body: RegexNode }
  | RepeatNode;

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly body: RegexNode;
  readonly min: number;
  /** null: without limit. */
  readonly max: number | null;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
}
