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

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_R = '\u0012';
/** What ends a piece that is taken on its own: a line, or a search that begins. */
const PIECE = /\r\n?|\n|\u0012/;
const UP = { name: 'up' };
const END = { ctrl: true, name: 'e' };
const KILL = { ctrl: true, name: 'u' };

/**
 * Lines from a person: Node's line editor with colours while typing, search in the history, and a terminal that can be lent to
 * other programs. Keys come through a stream of our own, so that a search can take them and a lent terminal is left alone.
 * What is typed while a statement runs waits, unseen, and is typed in at the next prompt: a line at a time, as each may run long.
 */
export class LineEditor implements Terminal {
  private readonly keys = new PassThrough();
  private readonly decoder = new StringDecoder('utf8');
  private readonly lines: Interface;
  private search: ReverseSearch | null = null;
  /** The list that Node's editor walks through. */
  private walked: string[] = [];
  private isPrompting = false;
  /** Typed while there was nobody to take it. */
  private ahead = '';
  private interrupt: () => void = () => undefined;
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
    this.interrupt = on.interrupt;
    this.lines.on('SIGINT', on.interrupt);
    // A completion pauses the editor, and goes on in the turn in which it resumes.
    this.lines.on('resume', () => setImmediate(() => this.typeAhead()));
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
    this.typeAhead();
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
    if (!this.isTaking || this.ahead !== '') {
      this.hold(text);
      return;
    }
    const piece = PIECE.exec(text);
    const end = piece === null ? text.length : piece.index + piece[0].length;
    if (piece?.[0] === CTRL_R) {
      this.feed(text.slice(0, piece.index));
      this.search = new ReverseSearch(this.options.history());
      this.searched(this.search, text.slice(end));
      return;
    }
    this.feed(text.slice(0, end));
    if (end < text.length) this.typed(text.slice(end));
  }

  private get isTaking(): boolean {
    return this.isPrompting && !this.keys.isPaused();
  }

  // Ctrl-C acts at once and drops what was typed before it; so does Ctrl-D where nothing was.
  private hold(text: string): void {
    const interrupt = text.lastIndexOf(CTRL_C);
    if (interrupt >= 0) {
      this.ahead = '';
      this.interrupt();
    }
    const rest = text.slice(interrupt + 1);
    if (this.ahead === '' && rest.startsWith(CTRL_D)) this.close();
    else this.ahead += rest;
  }

  private typeAhead(): void {
    if (!this.isTaking || this.ahead === '') return;
    const text = this.ahead;
    this.ahead = '';
    this.typed(text);
  }

  // Not written to the stream, which may pass it on in a later turn: whether a line has ended has to be known when this returns.
  private feed(text: string): void {
    if (text !== '') this.keys.emit('data', Buffer.from(text));
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
