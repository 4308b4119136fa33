import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Answer } from './screen.js';

/** Lends the terminal to another program: the prompt does not read keys meanwhile. */
export interface Terminal {
  lend<T>(work: () => Promise<T>): Promise<T>;
}

export interface PagedOptions {
  /** Lines of the screen. */
  readonly height: number;
  readonly plain: (text: string) => void;
  /** Sees everything, whether it is paged or not. */
  readonly keep: (text: string) => void;
}

/** Without wrapping, colours kept, gone by itself where all fits. */
export const DEFAULT_PAGER = 'less -SRFX';

/** Shows answers that are taller than the screen through a program such as `less`. */
export class Pager {
  constructor(
    readonly command: string,
    private readonly terminal: Terminal,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  answer(options: PagedOptions): Answer {
    let held = '';
    let lines = 0;
    let shown: Shown | null = null;
    return {
      write: (text) => {
        if (shown !== null) {
          options.keep(text);
          return shown.write(text);
        }
        held += text;
        lines += text.split('\n').length - 1;
        if (lines < options.height) return undefined;
        shown = this.open();
        options.keep(held);
        return shown.write(held);
      },
      end: async () => {
        if (shown === null) options.plain(held);
        else await shown.end();
      },
    };
  }

  private open(): Shown {
    const [program = 'less', ...args] = this.command.split(/\s+/).filter((word) => word !== '');
    // LESSSECURE: a pager for rows is no way to a shell.
    const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'], env: { ...this.environment, LESSSECURE: '1', LESSCHARSET: 'utf-8' } });
    return new Shown(child, this.terminal);
  }
}

class Shown {
  private readonly ended: Promise<void>;
  private isGone = false;

  constructor(
    private readonly child: ChildProcess,
    terminal: Terminal,
  ) {
    const gone = new Promise<void>((resolve) => {
      const leave = (): void => {
        this.isGone = true;
        resolve();
      };
      child.once('close', leave);
      child.once('error', leave);
    });
    // The person may leave before all is written.
    child.stdin?.on('error', () => undefined);
    this.ended = terminal.lend(() => gone);
  }

  async write(text: string): Promise<void> {
    const { stdin } = this.child;
    if (stdin === null || this.isGone || stdin.write(text)) return;
    await Promise.race([once(stdin, 'drain'), this.ended]);
  }

  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.ended;
  }
}
