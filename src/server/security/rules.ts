import type { Access, AccessGuard, Operation } from '../../engine/index.js';
import { RequestError } from '../../errors/index.js';
import type { Principal } from './principal.js';

type Scope = 'sources' | 'topics' | 'subjects';
const SCOPES: readonly Scope[] = ['sources', 'topics', 'subjects'];
const SCOPE_OF = { source: 'sources', topic: 'topics', subject: 'subjects' } as const;
const STRENGTH: Readonly<Record<Operation, number>> = { read: 1, write: 2, admin: 3 };

/** Lets a role, `user:NAME` or `everyone` do something: to all there is, or to names of one kind that match. */
interface Grant {
  readonly who: string;
  readonly operation: Operation;
  readonly scope: Scope | null;
  readonly patterns: readonly RegExp[];
}
export type Rules = readonly Grant[];

/** Where no rules are written, three roles mean what they are called. */
export const ROLE_RULES: Rules = (['read', 'write', 'admin'] as const).map((operation) => ({ who: operation, operation, scope: null, patterns: [] }));
/** As in ksqlDB without an authorization plug-in: who is known may do everything. */
export const OPEN_RULES: Rules = [{ who: 'everyone', operation: 'admin', scope: null, patterns: [] }];

function pattern(text: string): RegExp {
  return new RegExp(`^${text.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('[^]*')}$`, 'u');
}

function grantIn(line: string, number: number): Grant {
  const bad = (): never => {
    throw new RequestError('BAD_REQUEST', `Line ${number} of the authorization rules is not understood`, { hint: 'Write ROLE: read|write|admin, or ROLE: read|write sources|topics|subjects NAME, NAME*.' });
  };
  const [, who = '', operation = '', scope, names = ''] = /^([^:\s][^\s]*?)\s*:\s*(read|write|admin)(?:\s+(sources|topics|subjects)\s+(\S.*))?$/.exec(line) ?? bad();
  const kind = SCOPES.find((each) => each === scope) ?? null;
  const isAdmin = operation === 'admin';
  if ((operation !== 'read' && operation !== 'write' && !isAdmin) || (isAdmin && kind !== null)) return bad();
  return { who, operation, scope: kind, patterns: kind === null ? [] : names.split(',').map((name) => pattern(name.trim())) };
}

/**
 * Rules from lines `WHO: read|write|admin` or `WHO: read|write sources|topics|subjects NAME, NAME*`. WHO is a role, `user:NAME` or
 * `everyone`. `write` includes `read`, `admin` both. What no line allows is forbidden. Throws RequestError.
 */
export function parseRules(text: string): Rules {
  return text.split(/\r?\n/).flatMap((line, index) => (/^\s*(?:#|$)/.test(line) ? [] : [grantIn(line.trim(), index + 1)]));
}

function covers(grant: Grant, { operation, on, name }: Access): boolean {
  if (STRENGTH[grant.operation] < STRENGTH[operation]) return false;
  if (grant.scope === null || on === 'server' || name === null) return true;
  return SCOPE_OF[on] === grant.scope && grant.patterns.some((each) => each.test(name));
}

const VERB: Readonly<Record<Operation, string>> = { read: 'Read', write: 'Write', admin: 'Administer' };

/** The rules as they hold for one caller. */
export function guardOf({ name, roles }: Principal, rules: Rules): AccessGuard {
  // Roles come from tokens too: one that is spelled like a user is still a role.
  const own = rules.filter(({ who }) => who === 'everyone' || (who.startsWith('user:') ? who === `user:${name}` : roles.includes(who)));
  const allows = (access: Access): boolean => own.some((grant) => covers(grant, access));
  return {
    identity: name,
    allows,
    require: (access) => {
      if (allows(access)) return;
      if (access.name === null) throw new RequestError('FORBIDDEN', 'You are forbidden from using this cluster.', { hint: `It takes the right to ${access.operation}.` });
      throw new RequestError('FORBIDDEN', `Authorization denied to ${VERB[access.operation]} on ${access.on}(s): [${access.name}]`, { hint: 'Ask for a rule that names it.' });
    },
  };
}
