import { createInterface, type Interface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Terminal } from '../terminal/pager.js';
import type { Completions } from './complete.js';
import { paintLine } from './paint-line.js';
import { ReverseSearch } from './reverse-search.js';

export interface LineEditorOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly hasColour: boolean;
  /** Newest first. */
  readonly history: () => readonly string[];
  readonly complete: (line: string) => Promise<Completions>;
  /** Earlier lines of the statement that is being typed. */
  readonly before: () => string;
}

const CTRL_R = '\u0012';
const UP = { name: 'up' };
const END = { ctrl: true, name: 'e' };
const KILL = { ctrl: true, name: 'u' };

/**
 * Lines from a person: Node's line editor with colours while typing, search in the history, and a terminal that can be lent to
 * other programs. Keys come through a stream of our own, so that a search can take them and a lent terminal is left alone.
 */
export class LineEditor implements Terminal {
  private readonly keys = new PassThrough();
  private readonly decoder = new StringDecoder('utf8');
  private readonly lines: Interface;
  private search: ReverseSearch | null = null;
  /** The list that Node's editor walks through. */
  private walked: string[] = [];
  private isPrompting = false;
  private willPaint = false;
  private prompt = '';
  private readonly take = (chunk: Buffer | string): void => this.typed(typeof chunk === 'string' ? chunk : this.decoder.write(chunk));

  constructor(private readonly options: LineEditorOptions) {
    const { complete, history, input, output } = options;
    this.lines = createInterface({
      input: this.keys,
      output,
      terminal: true,
      history: [...history()],
      historySize: 1000,
      completer: (line: string, done: (error: null, result: Completions) => void) => {
        complete(line).then((found) => done(null, found), () => done(null, [[], line]));
      },
    });
    // The editor keeps lines; what people want back are statements.
    this.lines.on('history', (walked) => {
      this.walked = walked;
      this.showHistory();
    });
    if (options.hasColour) this.keys.on('keypress', () => this.paintSoon());
    this.listen(true);
    input.on('end', () => this.keys.end());
  }

  /** Resolves when the editor is closed. */
  run(on: { readonly line: (line: string) => void; readonly interrupt: () => void; readonly close: () => void }): void {
    this.lines.on('line', (line) => {
      this.isPrompting = false;
      on.line(line);
    });
    this.lines.on('SIGINT', on.interrupt);
    this.lines.on('close', () => {
      this.listen(false);
      on.close();
    });
  }

  ask(prompt: string): void {
    this.prompt = prompt;
    this.isPrompting = true;
    this.lines.setPrompt(prompt);
    this.lines.prompt();
  }

  /** Drops what has been typed on this line. */
  drop(): void {
    this.lines.write(null, END);
    this.lines.write(null, KILL);
  }

  showHistory(): void {
    this.walked.splice(0, this.walked.length, ...this.options.history());
  }

  close(): void {
    this.lines.close();
  }

  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.listen(false);
    try {
      return await work();
    } finally {
      this.listen(true);
    }
  }

  private listen(isOn: boolean): void {
    const { input } = this.options;
    if (input.isTTY) input.setRawMode(isOn);
    if (isOn) input.on('data', this.take).resume();
    else input.off('data', this.take).pause();
  }

  private typed(text: string): void {
    if (this.search !== null) {
      this.searched(this.search, text);
      return;
    }
    const at = this.isPrompting ? text.indexOf(CTRL_R) : -1;
    if (at < 0) {
      this.keys.write(text);
      return;
    }
    if (at > 0) this.keys.write(text.slice(0, at));
    this.search = new ReverseSearch(this.options.history());
    this.searched(this.search, text.slice(at + 1));
  }

  private searched(search: ReverseSearch, text: string): void {
    const step = search.press(text);
    if (step.kind === 'search') {
      this.options.output.write(`\r\u001b[K${search.line.slice(0, this.options.output.columns - 1)}`);
      return;
    }
    this.search = null;
    this.options.output.write('\r\u001b[K');
    this.drop();
    if (step.kind === 'take' && step.found !== '') {
      this.fill(step.found);
    } else this.lines.prompt(true);
    this.paint();
    if (step.kind === 'take') this.typed((step.runs && step.found !== '' ? '\r' : '') + step.rest);
  }

  private fill(statement: string): void {
    if (!statement.includes('\n')) {
      this.lines.write(statement);
      return;
    }
    // A statement of several lines cannot be typed in; recalled from the history it can.
    this.walked.unshift(statement);
    this.lines.write(null, UP);
    this.showHistory();
  }

  // Once for all keys of a turn: what is pasted comes as many.
  private paintSoon(): void {
    if (this.willPaint) return;
    this.willPaint = true;
    setImmediate(() => {
      this.willPaint = false;
      this.paint();
    });
  }

  private paint(): void {
    const { line } = this.lines;
    if (!this.isPrompting || this.search !== null || line === '' || !this.options.hasColour) return;
    const { rows, cols } = this.lines.getCursorPos();
    // A row that is just full leaves the terminal's cursor in it until one letter more is written.
    if (cols === 0 && rows > 0) this.options.output.write(' \r');
    const up = rows > 0 ? `\u001b[${rows}A` : '';
    const down = rows > 0 ? `\u001b[${rows}B` : '';
    // All of it stands there already, so that nothing scrolls and the saved place stays true.
    this.options.output.write(`${up}\r\u001b7${this.prompt}${paintLine(this.options.before(), line)}\u001b8${down}\u001b[${cols + 1}G`);
  }
}
