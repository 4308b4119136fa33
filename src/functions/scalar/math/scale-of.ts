import type { ArgumentType } from '../../entry.js';

/** Digits after the point of a DECIMAL argument. */
export const scaleOf = (argument: ArgumentType | undefined): number => (argument?.kind === 'DECIMAL' ? argument.scale : 0);
