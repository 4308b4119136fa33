import { createHash } from 'node:crypto';

/** Users by what they may do; the passwords are their names. */
export const USERS = '# users\nreader: reader,read\nwriter: writer,write\nboss: boss,admin\nidle: idle\nscoped: scoped,team\nmd5er: MD5:5ebe2294ecd0e0f08eab7690d2a6ee69,read\n\nnonsense\n';
export const KEYS = `robot: SHA256:${createHash('sha256').update('key-of-the-robot').digest('hex')},read\n`;
export const RULES = [
  '# who: what', 'read: read', 'write: write', 'admin: admin', 'team: read sources ORDERS, TEAM_*', 'team: write sources TEAM_*', 'team: write topics team_*', 'team: write subjects team-*', 'user:md5er: read topics raw',
].join('\n');
export const FILES = { users: USERS, keys: KEYS, rules: RULES };
export const SECURED = {
  'authentication.method': 'BASIC,API_KEY',
  'millrace.authentication.users.file': 'users',
  'millrace.authentication.keys.file': 'keys',
  'millrace.authorization.rules.file': 'rules',
};

export const basic = (name: string, password: string = name): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` });
