/** A decimal with its scale, as Java's BigDecimal reads text: `1.20` is 120 at scale 2, `1E3` is 1 at scale −3. */
export interface ExactDecimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

export function readExactDecimal(text: string): ExactDecimal | null {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return null;
  const digits = BigInt(whole + fraction);
  return { unscaled: sign === '-' ? -digits : digits, scale: fraction.length - Number(exponent) };
}

/** Same value and same scale. */
export function sameDecimal(left: ExactDecimal, right: ExactDecimal): boolean {
  return left.unscaled === right.unscaled && left.scale === right.scale;
}

/** Same value, whatever the scales. */
export function sameNumber(left: ExactDecimal, right: ExactDecimal): boolean {
  const scale = Math.max(left.scale, right.scale);
  if (scale - Math.min(left.scale, right.scale) > 4000) return false;
  return left.unscaled * 10n ** BigInt(scale - left.scale) === right.unscaled * 10n ** BigInt(scale - right.scale);
}
