import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { maskSecrets } from '../../src/parser/index.js';

const KEPT = 1000;

/** Where the history is kept: XDG's folder for state. */
export function historyFile(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['MILLRACE_HISTORY'] ?? join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'millrace', 'history');
}

function read(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [String(JSON.parse(line))];
    } catch {
      // A line that another program wrote, or half a line after a crash.
      return [];
    }
  });
}

/**
 * What was typed, newest first: one entry a statement, however many lines it has, each statement once. The file is its
 * owner's alone and never holds a secret: those are masked before they are written.
 */
export class History {
  private list: string[];

  constructor(private readonly file: string) {
    const stored = read(file);
    this.list = [...new Set(stored.toReversed())].slice(0, KEPT);
    if (stored.length > 2 * KEPT) this.write(() => writeFileSync(file, this.list.toReversed().map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 }));
  }

  get entries(): readonly string[] {
    return this.list;
  }

  add(statement: string): void {
    this.list = [statement, ...this.list.filter((entry) => entry !== statement)].slice(0, KEPT);
    this.write(() => {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      appendFileSync(this.file, `${JSON.stringify(maskSecrets(statement))}\n`, { mode: 0o600 });
      chmodSync(this.file, 0o600);
    });
  }

  // A history that cannot be kept (a read-only home) is no reason to refuse work.
  private write(change: () => void): void {
    try {
      change();
    } catch {
      return;
    }
  }
}
