import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RequestError } from '../../src/errors/index.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** XDG's folder for settings of a person. */
function configFolder(environment: Environment): string {
  return join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'millrace');
}

/** Statements and meta-commands that run when a prompt opens; null: there are none. */
export function startScript(environment: Environment): string | null {
  const file = join(configFolder(environment), 'rc.sql');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** A server that a person has given a name to. */
export interface Profile {
  readonly url: string;
  readonly user: string | null;
  /** File that holds the password: a settings file is no place for it. */
  readonly passwordFile: string | null;
}

const textOf = (value: object, name: string): string | null => {
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' ? found : null;
};

/** The profile of this name in `profiles.json`: `{"prod": {"url": "https://…", "user": "…", "passwordFile": "…"}}`. */
export function readProfile(name: string, environment: Environment): Profile {
  const file = join(configFolder(environment), 'profiles.json');
  const hint = `Write ${file} as {"${name}": {"url": "http://127.0.0.1:8088"}}.`;
  if (!existsSync(file)) throw new RequestError('BAD_REQUEST', `There is no profile ${name}`, { hint });
  const all: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const found: unknown = typeof all === 'object' && all !== null && Object.hasOwn(all, name) ? Reflect.get(all, name) : null;
  const url = typeof found === 'object' && found !== null ? textOf(found, 'url') : null;
  if (typeof found !== 'object' || found === null || url === null) throw new RequestError('BAD_REQUEST', `There is no profile ${name}`, { hint });
  return { url, user: textOf(found, 'user'), passwordFile: textOf(found, 'passwordFile') };
}
