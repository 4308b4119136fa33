/**
 * Java's `Double.toString`: the shortest digits that read back as the same double, at least one digit on each side of the
 * point, and `E` notation outside 10^−3 … 10^7.
 */
export function doubleToText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = value.toString();
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  const shortest = value.toExponential();
  // Java chooses among two-digit decimals where one digit would do: 4.9E-324 where JavaScript prints 5e-324.
  const [mantissa = '', exponent = ''] = (shortest.includes('.') ? shortest : value.toExponential(1)).split('e');
  return `${mantissa}E${Number(exponent)}`;
}
