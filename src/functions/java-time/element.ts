import type { Field } from './field.js';

/** How a number is signed (Java's SignStyle): `exceedsPad` shows `+` when the value needs more than the least width. */
export type SignStyle = 'normal' | 'notNegative' | 'exceedsPad';
export type TextStyle = 'full' | 'short' | 'narrow';

export interface NumberElement {
  readonly kind: 'number';
  readonly field: Field;
  readonly minWidth: number;
  readonly maxWidth: number;
  readonly sign: SignStyle;
  /**
   * Digits that the numbers after it, without a separator, need for themselves: `yyyy` before `MMdd` leaves four. −1: its own
   * width is fixed because it stands in such a row.
   */
  readonly subsequentWidth: number;
  /** `yy`: two digits that mean 2000 to 2099. */
  readonly isReduced: boolean;
  /** `SSS`: digits after the point. */
  readonly isFraction: boolean;
}

/** One piece of a compiled date-time pattern. */
export type Element =
  | NumberElement
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'text'; readonly field: Field; readonly style: TextStyle }
  | { readonly kind: 'offset'; readonly type: OffsetType; readonly zero: string }
  | { readonly kind: 'localizedOffset'; readonly style: 'short' | 'full' }
  | { readonly kind: 'zoneId' }
  | { readonly kind: 'zoneName'; readonly style: 'short' | 'full'; readonly isGeneric: boolean }
  | { readonly kind: 'dayPeriod'; readonly style: TextStyle }
  | { readonly kind: 'optional'; readonly elements: readonly Element[] }
  | { readonly kind: 'padded'; readonly width: number; readonly element: Element };

/** Which parts of an offset are written: minutes always or when not zero, likewise seconds, with or without colons. */
export interface OffsetType {
  readonly colon: boolean;
  readonly minutes: 'always' | 'nonZero';
  readonly seconds: 'nonZero' | 'never';
}
