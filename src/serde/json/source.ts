import { RecordError } from '../../errors/index.js';
import type { SqlValue } from '../../types/index.js';
import { ShortStrings } from '../short-strings.js';

/** Nesting allowed in a document; deeper ones are refused before any recursion gets dangerous. */
export const MAX_DEPTH = 64;

/** What a scanned string contains besides plain ASCII. */
export const HAS_WIDE = 1;
export const HAS_ESCAPE = 2;

const NO_BYTES = Buffer.alloc(0);

/** The record being read, and where its readers leave results. One per reader, reused for every record. */
export class JsonSource {
  bytes: Buffer = NO_BYTES;
  view: DataView = new DataView(new ArrayBuffer(0));
  end = 0;
  /** A failure now only means that another way of reading decides: it is cheap, and tells nothing. */
  isGuessing = false;
  /** Of the string scanned last: HAS_WIDE, HAS_ESCAPE. */
  flags = 0;
  /** The value read last. */
  value: SqlValue = null;
  /** Field names and item numbers down to the value being read: only errors look at them. */
  readonly trail: (string | number)[] = [];
  readonly strings = new ShortStrings();

  /** A view is made once per buffer, not per record: records of a batch share theirs. */
  begin(bytes: Buffer, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.end = end;
  }
}

/** Thrown for failed guesses: one object, because making an error with its stack costs more than reading a hundred records. */
const FAILED_GUESS = new RecordError('The record differs from the guess');

export function malformed(what: string, source: JsonSource, at: number): never {
  if (source.isGuessing) throw FAILED_GUESS;
  const byte = at < source.end ? source.bytes[at] : undefined;
  const found = byte === undefined ? 'the end of the record' : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  throw new RecordError(`The record is not valid JSON: ${what}, found ${found}`);
}

/** The value at `at` is of a kind its column cannot take. */
export function wrongKind(source: JsonSource, at: number, required: string, depth: number, detail = ''): never {
  if (source.isGuessing) throw FAILED_GUESS;
  throw new RecordError(
    `Cannot convert ${kindAt(source, at)} to ${required}${detail === '' ? '' : ` (${detail})`}, path: ${pathText(source, depth)}`,
  );
}

function kindAt(source: JsonSource, at: number): string {
  switch (source.bytes[at]) {
    case 0x22: return 'a JSON string';
    case 0x7b: return 'a JSON object';
    case 0x5b: return 'a JSON array';
    case 0x74:
    case 0x66: return 'a JSON boolean';
    case 0x6e: return 'a JSON null';
    default: return 'a JSON number';
  }
}

function pathText(source: JsonSource, depth: number): string {
  const steps = source.trail.slice(0, depth).map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return `$${steps.join('')}`;
}
