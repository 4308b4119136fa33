import { EvaluationError } from '../../evaluation-error.js';

/** The parts of a URI, still encoded; null for those it does not have. */
export interface Uri {
  readonly scheme: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly path: string | null;
  readonly query: string | null;
  readonly fragment: string | null;
}

// Characters by the rules of java.net.URI: those of RFC 2396, and all beyond ASCII that are neither controls nor spaces.
const OTHER = '\\u00a1-\\u1679\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2060-\\u2fff\\u3001-\\uffff';
const ESCAPED = '%[0-9A-Fa-f]{2}';
const characters = (reserved: string): RegExp => new RegExp(`^(?:[A-Za-z0-9\\-_.!~*'()${reserved}${OTHER}]|${ESCAPED})*$`);
const PATH = characters(':@&=+$,;/');
const ANY = characters(';/?:@&=+$,[\\]');
const AUTHORITY = characters('$,;:@&=+[\\]');
const USER = characters(';:&=+$,');

const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([^#]*)(?:#(.*))?$/s;
const HIERARCHICAL = /^(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;

/** Splits and checks a URI as java.net.URI does, which is stricter than browsers. Fails for anything else. */
export function parseUri(text: string): Uri {
  const refuse = (): never => {
    throw new EvaluationError(`The given URL '${text}' is not valid.`);
  };
  const [, scheme = null, specific = '', fragment = null] = PARTS.exec(text) ?? refuse();
  if (!ANY.test(fragment ?? '')) refuse();
  if (scheme === null && /^[^/?#]*:/.test(text)) refuse();
  if (scheme !== null && !specific.startsWith('/')) {
    // `mailto:me@example.com`: neither host nor path.
    if (specific === '' || !ANY.test(specific)) refuse();
    return { scheme, host: null, port: null, path: null, query: null, fragment };
  }
  const [, authority, path = '', query = null] = HIERARCHICAL.exec(specific) ?? refuse();
  if (!PATH.test(path) || !ANY.test(query ?? '')) refuse();
  if (authority === '' && path === '' && query === null) refuse();
  const server = authority === undefined || authority === '' ? NO_SERVER : serverOf(authority);
  if (server === null) return refuse();
  return { scheme, ...server, path, query, fragment };
}

interface Server {
  readonly host: string | null;
  readonly port: number | null;
}
const NO_SERVER: Server = { host: null, port: null };

const HOST_NAME = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const IPV6 = /^\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9_.~-]+)?\]$/;

/** `user@host:port`; an authority of another form has no host (registries may name things otherwise). Null: not valid. */
function serverOf(authority: string): Server | null {
  const [, user = '', host = '', port = ''] = /^(?:(.*)@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority) ?? [];
  const isHost = HOST_NAME.test(host) || IPV4.test(host) || IPV6.test(host);
  if (isHost && /^\d{0,9}$/.test(port) && USER.test(user)) return { host, port: port === '' ? null : Number(port) };
  return !host.startsWith('[') && AUTHORITY.test(authority) && !/[[\]]/.test(authority) ? NO_SERVER : null;
}

/** Escapes as the characters they stand for; bytes that are no UTF-8 become the replacement character. */
export function decodeEscapes(text: string): string {
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'));
}
