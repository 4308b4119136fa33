import { readFileSync } from 'node:fs';
import { PROPERTIES, findProperty, reasonWithoutEffect } from '../src/engine/index.js';
import { RequestError, didYouMean } from '../src/errors/index.js';

/** Where a setting was given; the later one wins. */
export type Origin = 'file' | 'environment' | 'flag';

/** Text of the file that an environment variable with `_FILE` names: secrets are mounted so. */
export type SecretReader = (path: string) => string;
export interface GivenSetting {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
  /** The properties file, the variable or the option that gives it. */
  readonly from: string;
}

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_match, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', f: '\f' }[escaped] ?? escaped;
  });
}

/** Java properties text: comments, continued lines, `=`, `:` or blank between name and value. */
export function parseProperties(text: string): readonly (readonly [string, string])[] {
  const logical = text.replace(/\r\n?/g, '\n').replace(/(?<!\\)((?:\\\\)*)\\\n[ \t]*/g, '$1').split('\n');
  return logical
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('!'))
    .map((line) => {
      const match = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(line);
      return [unescape(match?.[1] ?? ''), unescape(match?.[2] ?? '')] as const;
    });
}

// KSQL_KSQL_SERVICE_ID is ksql.service.id: the prefix goes, `_` is `.`, `__` is `_`.
const dottedName = (variable: string): string =>
  variable.slice('KSQL_'.length).toLowerCase().replaceAll('___', '-').replaceAll('__', '\u0000').replaceAll('_', '.').replaceAll('\u0000', '_');

function secret(variable: string, path: string, read: SecretReader): string {
  try {
    return read(path).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new RequestError('BAD_REQUEST', `${variable} names a file that cannot be read`, { cause, hint: 'Give the path of a file that this user may read.' });
  }
}

/** A variable with `_FILE` behind its name gives the text of a file, unless a setting has that very name. */
function fromEnvironment(environment: Readonly<Record<string, string | undefined>>, read: SecretReader): GivenSetting[] {
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith('KSQL_') && value !== undefined && !/^KSQL_(OPTS|HEAP_OPTS|JVM_|LOG4J_)/.test(name))
    .map(([variable, value = '']) => {
      const name = dottedName(variable);
      const stem = dottedName(variable.replace(/_FILE$/, ''));
      const isFile = variable.endsWith('_FILE') && !PROPERTIES.has(name.replace(/^ksql\.streams\./, '')) && findProperty(stem) !== null;
      const given = { origin: 'environment' as const, from: variable };
      return isFile ? { ...given, name: stem, value: secret(variable, value, read) } : { ...given, name, value };
    });
}

/** One setting under each of its names belongs to the last origin that gives it, whichever of its spellings that one uses. */
function withoutOverruled(given: readonly GivenSetting[]): readonly GivenSetting[] {
  const canonical = (name: string): string => findProperty(name)?.name ?? name;
  const winners = new Map(given.map(({ name, origin }) => [canonical(name), origin]));
  return given.filter(({ name, origin }) => winners.get(canonical(name)) === origin);
}

/** Settings in rising precedence: file, environment, `--set`. Unknown names are warned about, with a suggestion. */
export function readSettings(file: string | null, flags: readonly string[], environment: Readonly<Record<string, string | undefined>>, warn: (message: string) => void): readonly GivenSetting[] {
  const fromFile = file === null ? [] : parseProperties(readFileSync(file, 'utf8')).map(([name, value]) => ({ name, value, origin: 'file' as const, from: file }));
  const fromFlags = flags.map((flag) => {
    const at = flag.indexOf('=');
    if (at < 1) throw new RequestError('BAD_REQUEST', `--set ${flag} is not NAME=VALUE`);
    return { name: flag.slice(0, at), value: flag.slice(at + 1), origin: 'flag' as const, from: '--set' };
  });
  const given = [...fromFile, ...fromEnvironment(environment, (path) => readFileSync(path, 'utf8')), ...fromFlags];
  for (const { name, origin } of given) {
    const reason = reasonWithoutEffect(name);
    if (reason !== null) warn(`${name} (${origin}) has no effect: ${reason}`);
    if (findProperty(name) !== null || name.startsWith('millrace.')) continue;
    const suggestion = didYouMean(name, [...PROPERTIES.keys()]);
    warn(`Unknown setting ${name} (${origin})${suggestion === null ? '' : `. ${suggestion}`}`);
  }
  return withoutOverruled(given);
}
