import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrokerError } from '../../errors/index.js';

/** Raised when the meaning of what is stored changes; a folder of a newer format is refused. */
export const FOLDER_FORMAT = 1;

/** The owner as its lock file names it. The lock itself is the database's: the kernel drops it when the owner dies. */
interface Owner {
  readonly pid: number;
  readonly url: string | null;
}

/** Creates the folder for its owner's eyes only, and checks that this version may touch it. */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(join(folder, 'log'), { recursive: true, mode: 0o700 });
  const path = join(folder, 'format.json');
  const found = readJson(path);
  if (found === null) {
    replaceFile(path, JSON.stringify({ format: FOLDER_FORMAT }));
    return;
  }
  const format = numberIn(found, 'format');
  if (format === FOLDER_FORMAT) return;
  const what = format !== null && format > FOLDER_FORMAT ? 'was written by a newer version' : 'has an unknown format';
  throw new BrokerError(`The data folder ${folder} ${what} (format ${String(format)}; this version reads ${FOLDER_FORMAT})`, { retriable: false });
}

export function inUse(folder: string, cause: unknown): BrokerError {
  const owner = readOwner(folder);
  const process = owner === null ? 'another process' : `process ${owner.pid}`;
  const details = { retriable: true, code: 'FOLDER_LOCKED', cause } as const;
  const message = `The data folder ${folder} is in use by ${process}`;
  return owner?.url === undefined || owner.url === null
    ? new BrokerError(message, { ...details, hint: 'Stop that process, or use another folder.' })
    : new BrokerError(`${message}; connect to ${owner.url}`, { ...details, hint: `Connect to ${owner.url} instead.` });
}

/** Replaces whatever a dead owner left. Call only while holding the database. */
export function writeOwner(folder: string, owner: Owner): void {
  replaceFile(join(folder, 'lock'), JSON.stringify(owner));
}

export function removeOwner(folder: string): void {
  rmSync(join(folder, 'lock'), { force: true });
}

function readOwner(folder: string): Owner | null {
  const found = readJson(join(folder, 'lock'));
  const pid = found === null ? null : numberIn(found, 'pid');
  if (found === null || pid === null) return null;
  const url: unknown = Reflect.get(found, 'url');
  return { pid, url: typeof url === 'string' ? url : null };
}

function readJson(path: string): object | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    return null;
  }
}

function numberIn(object: object, name: string): number | null {
  const value: unknown = Reflect.get(object, name);
  return typeof value === 'number' ? value : null;
}

function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
