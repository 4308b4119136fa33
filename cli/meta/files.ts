import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maskSecrets } from '../../src/parser/index.js';
import { MetaError, STAY, type MetaCommand, type MetaContext, type MetaDone } from './meta-command.js';
import { runTexts } from './run-texts.js';

function runEditor(command: string, file: string): Promise<number | null> {
  const [program = 'vi', ...args] = command.split(/\s+/).filter((word) => word !== '');
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, file], { stdio: 'inherit' });
    child.once('error', (cause) => reject(new MetaError(`${program} cannot be started. VISUAL or EDITOR names the editor.`, { cause })));
    child.once('close', resolve);
  });
}

// The text lives in a folder of its own that only its owner can enter.
async function edit(_rest: string, context: MetaContext): Promise<MetaDone> {
  const { environment, state, terminal, screen } = context;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-edit-'));
  try {
    const file = join(folder, 'statement.sql');
    const before = `${maskSecrets(state.lastStatement ?? '')}\n`;
    writeFileSync(file, before, { mode: 0o600 });
    const code = await terminal.lend(() => runEditor(environment['VISUAL'] ?? environment['EDITOR'] ?? 'vi', file));
    const text = readFileSync(file, 'utf8').trim();
    if (code !== 0 || text === '' || `${text}\n` === before) return STAY;
    screen.write(`${text}\n`);
    return { kind: 'edited', text };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files of this machine. */
export const FILES: readonly MetaCommand[] = [
  {
    name: '\\i', takes: 'file', help: 'run the statements of a file', reachesMachine: true,
    run: (rest, context) => {
      if (rest === '') throw new MetaError('Say which file.');
      return runTexts(readFileSync(rest, 'utf8'), context);
    },
  },
  { name: '\\e', takes: '', help: 'edit the last statement with $VISUAL and run it', reachesMachine: true, run: edit },
];
