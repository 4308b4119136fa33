/** What a key did to a search: it goes on, ends with a statement taken (and run, or edited first), or is dropped. */
export type SearchStep = { readonly kind: 'search' } | { readonly kind: 'take'; readonly found: string; readonly runs: boolean; readonly rest: string } | { readonly kind: 'drop' };

const ENTER = /[\r\n]/;
const BACKSPACE = new Set(['\u007f', '\b']);
const GIVE_UP = new Set(['\u0003', '\u0007']);
const AGAIN = '\u0012';

/** Ctrl-R: the newest statement of the history that contains what is typed; Ctrl-R again goes to older ones. */
export class ReverseSearch {
  private wanted = '';
  private skipped = 0;

  /** `entries`: newest first. */
  constructor(private readonly entries: readonly string[]) {}

  get found(): string | null {
    const text = this.wanted.toLowerCase();
    return text === '' ? null : (this.entries.filter((entry) => entry.toLowerCase().includes(text))[this.skipped] ?? null);
  }

  get line(): string {
    return `(reverse-search)'${this.wanted}': ${(this.found ?? '').replaceAll('\n', ' ')}`;
  }

  /** `rest` of a step: keys that were not for the search. */
  press(keys: string): SearchStep {
    const letters = [...keys];
    for (const [index, letter] of letters.entries()) {
      if (GIVE_UP.has(letter)) return { kind: 'drop' };
      if (letter === AGAIN) this.older();
      else if (BACKSPACE.has(letter)) this.type(this.wanted.slice(0, -1));
      else if (letter < ' ') return { kind: 'take', found: this.found ?? '', runs: ENTER.test(letter), rest: letters.slice(ENTER.test(letter) ? index + 1 : index).join('') };
      else this.type(this.wanted + letter);
    }
    return { kind: 'search' };
  }

  private type(wanted: string): void {
    this.wanted = wanted;
    this.skipped = 0;
  }

  private older(): void {
    this.skipped += 1;
    if (this.found === null) this.skipped -= 1;
  }
}
