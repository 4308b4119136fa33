const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** The text of an exact decimal in plain notation, or null if it is none. `1E3` has no fraction: it becomes `1000`. */
export function exactDecimal(text: string): string | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const whole = match[2] ?? '';
  const fraction = match[3] ?? '';
  if (whole === '' && fraction === '') return null;
  const sign = match[1] === '-' ? '-' : '';
  const digits = whole + fraction;
  const scale = fraction.length - Number(match[4] ?? '0');
  if (scale <= 0) return sign + trimZeros(digits + '0'.repeat(-scale));
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${trimZeros(padded.slice(0, padded.length - scale))}.${padded.slice(padded.length - scale)}`;
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}
