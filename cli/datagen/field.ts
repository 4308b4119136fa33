import type { Dice } from './dice.js';

/** JSON text of a value that a row may have. Made in the order of the fields, so that a seed gives the same rows. */
export type ValueMaker = (context: RowContext) => string;

/** What fields of one row share. */
export interface RowContext {
  readonly dice: Dice;
  /** Of the row, from 0. */
  readonly index: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface GeneratedField {
  readonly name: string;
  /** SQL text. */
  readonly type: string;
  readonly make: ValueMaker;
}

/** Rows of one kind, and how they lie in a topic. */
export interface RowSchema {
  readonly name: string;
  readonly fields: readonly GeneratedField[];
  /** The field whose value is the key. */
  readonly key: string;
  /** Stem of the usual name of the topic. */
  readonly topic: string;
}

export const text = (make: (dice: Dice, context: RowContext) => string): ValueMaker => (context) => JSON.stringify(make(context.dice, context));
export const whole = (from: number, to: number): ValueMaker => ({ dice }) => String(dice.whole(from, to));
export const counter = (start: number, step = 1): ValueMaker => ({ index }) => String(start + index * step);
export const now: ValueMaker = (context) => String(context.now);
export const oneOf = (...items: readonly string[]): ValueMaker => text((dice) => dice.pick(items));
