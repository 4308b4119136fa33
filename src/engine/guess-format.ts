import { doubleToText } from '../types/index.js';

/** One way to read bytes: gives the text, or null where the bytes are not of this form. */
export interface FormatCandidate {
  readonly name: string;
  /** Raw bytes always fit and are never listed. */
  readonly listed: boolean;
  render(bytes: Buffer): string | null;
}

const REPLACEMENT = '\ufffd';

function text(bytes: Buffer): string | null {
  const decoded = bytes.toString('utf8');
  return bytes.length === 0 || decoded.includes(REPLACEMENT) ? null : decoded;
}

function json(bytes: Buffer): string | null {
  const decoded = text(bytes);
  if (decoded === null) return null;
  try {
    JSON.parse(decoded);
    return decoded;
  } catch {
    return null;
  }
}

const PLAIN: readonly FormatCandidate[] = [
  { name: 'JSON', listed: true, render: json },
  { name: 'JSON_SR', listed: true, render: (bytes) => (bytes.length > 5 && bytes[0] === 0 ? json(bytes.subarray(5)) : null) },
  { name: 'KAFKA_INT', listed: true, render: (bytes) => (bytes.length === 4 ? String(bytes.readInt32BE()) : null) },
  { name: 'KAFKA_BIGINT', listed: true, render: (bytes) => (bytes.length === 8 ? String(bytes.readBigInt64BE()) : null) },
  { name: 'KAFKA_DOUBLE', listed: true, render: (bytes) => (bytes.length === 8 ? doubleToText(bytes.readDoubleBE()) : null) },
  { name: 'KAFKA_STRING', listed: true, render: text },
  { name: 'RAW', listed: false, render: (bytes) => bytes.toString('hex') },
];

// Window bounds lie between the years 2000 and 2100 in real keys; anything else is taken as part of the key itself.
const plausible = (ms: bigint): boolean => ms >= 0n && ms < 4_102_444_800_000n;

function windowed(plain: FormatCandidate): FormatCandidate[] {
  if (!plain.listed) return [plain];
  const session: FormatCandidate = {
    name: `SESSION(${plain.name})`,
    listed: true,
    render: (bytes) => {
      if (bytes.length < 16) return null;
      const [end, start] = [bytes.readBigInt64BE(bytes.length - 16), bytes.readBigInt64BE(bytes.length - 8)];
      if (!plausible(start) || !plausible(end) || start > end) return null;
      const key = plain.render(bytes.subarray(0, bytes.length - 16));
      return key === null ? null : `[${key}@${start}/${end}]`;
    },
  };
  const time = (kind: 'HOPPING' | 'TUMBLING'): FormatCandidate => ({
    name: `${kind}(${plain.name})`,
    listed: true,
    render: (bytes) => {
      if (bytes.length < 8) return null;
      const start = bytes.readBigInt64BE(bytes.length - 8);
      if (!plausible(start)) return null;
      const key = plain.render(bytes.subarray(0, bytes.length - 8));
      return key === null ? null : `[${key}@${start}/-]`;
    },
  });
  return [session, time('HOPPING'), time('TUMBLING'), plain];
}

const NO_DATA = '¯\\_(ツ)_/¯ - no data processed';
const NONE_LEFT = ' does not match any supported format. It may be a STRING with encoding other than UTF8, or some other format.';

/** The formats that all records seen so far on one side may have. A candidate that fails once is out for good. */
export class FormatGuess {
  private candidates: readonly FormatCandidate[];
  private seen = false;

  /** `extra`: candidates that need a registry, tried first. */
  constructor(isKey: boolean, extra: readonly FormatCandidate[]) {
    const all = [...extra, ...PLAIN];
    this.candidates = isKey ? all.flatMap(windowed) : all;
  }

  /** Drops the candidates that do not fit. */
  observe(bytes: Buffer | null): void {
    if (bytes === null) return;
    this.candidates = this.candidates.filter((candidate) => candidate.render(bytes) !== null);
    this.seen = true;
  }

  /** By the first candidate left. */
  render(bytes: Buffer | null): string {
    if (bytes === null) return '<null>';
    return this.candidates[0]?.render(bytes) ?? '<Failed to deserialize>';
  }

  /** The list as shown above the rows. */
  describe(): string {
    if (!this.seen) return NO_DATA;
    const names = this.candidates.filter((candidate) => candidate.listed).map((candidate) => candidate.name);
    return names.length === 0 ? NONE_LEFT : names.join(' or ');
  }
}
