import { enter, expectComma, skipColon, skipSpace, skipString, skipValue } from './scan.js';
import { malformed, type JsonSource } from './source.js';
import { decodeString } from './text.js';

/** Columns that a JSON name fills: by its own spelling, and by its upper-cased one. −1: none. */
export interface NameHit {
  readonly exact: number;
  readonly upper: number;
}

const NO_HIT: NameHit = { exact: -1, upper: -1 };
/** Names remembered; hostile producers may invent a new one in every record. */
const MAX_KNOWN_NAMES = 4096;

/**
 * Which fields of an object are which columns: the exact name wins over one that only matches in upper case; of names
 * repeated in a record the last wins. Scanning checks syntax only; values are read afterwards from the winners' positions.
 */
export class FieldIndex {
  private readonly columns = new Map<string, number>();
  private readonly known = new Map<string, NameHit>();
  private readonly exactStart: Int32Array;
  private readonly upperStart: Int32Array;

  constructor(names: readonly string[]) {
    names.forEach((name, index) => this.columns.set(name, index));
    this.exactStart = new Int32Array(names.length);
    this.upperStart = new Int32Array(names.length);
  }

  resolve(name: string): NameHit {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const exact = this.columns.get(name) ?? -1;
    const upperName = name.toUpperCase();
    const upper = upperName === name ? -1 : (this.columns.get(upperName) ?? -1);
    const hit = exact < 0 && upper < 0 ? NO_HIT : { exact, upper };
    if (this.known.size < MAX_KNOWN_NAMES) this.known.set(name, hit);
    return hit;
  }

  /** Scans an object from its brace, checking syntax only; afterwards `startOf` answers. */
  scan(source: JsonSource, from: number, depth: number): number {
    const { exactStart, upperStart } = this;
    exactStart.fill(-1);
    upperStart.fill(-1);
    return this.walk(source, from, depth, (hit, at) => {
      if (hit.exact >= 0) exactStart[hit.exact] = at;
      if (hit.upper >= 0) upperStart[hit.upper] = at;
      return skipValue(source, at, depth + 1);
    });
  }

  /** Goes over the fields of an object from its brace; `visit` gets the start of each value and gives the place after it. */
  walk(source: JsonSource, from: number, depth: number, visit: (hit: NameHit, at: number) => number): number {
    enter(source, from, depth);
    const { bytes } = source;
    let at = skipSpace(source, from + 1);
    if (bytes[at] === 0x7d) return at + 1;
    for (;;) {
      if (bytes[at] !== 0x22) malformed('expected a field name', source, at);
      const nameEnd = skipString(source, at + 1);
      const hit = this.resolve(decodeString(source, at + 1, nameEnd - 1, source.flags));
      at = skipSpace(source, visit(hit, skipColon(source, nameEnd)));
      if (bytes[at] === 0x7d) return at + 1;
      at = skipSpace(source, expectComma(source, at));
    }
  }

  /** Where the value of the column starts in the object scanned last; −1 when it is missing. */
  startOf(column: number): number {
    const exact = this.exactStart[column] ?? -1;
    return exact >= 0 ? exact : (this.upperStart[column] ?? -1);
  }
}
