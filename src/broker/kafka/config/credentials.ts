import type { Clock } from '../../../env/index.js';
import { BrokerError } from '../../../errors/index.js';
import type { SaslCredentials } from '../wire/wire-transport.js';
import { parseJaas, type JaasEntry } from './jaas.js';
import { tokenSource } from './oauth-token.js';

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof PROTOCOLS)[number];

type Setting = (name: string) => string | null;

export function securityProtocol(setting: Setting): SecurityProtocol {
  const given = (setting('security.protocol') ?? 'PLAINTEXT').toUpperCase();
  const known = PROTOCOLS.find((protocol) => protocol === given);
  if (known !== undefined) return known;
  throw new BrokerError(`security.protocol is ${given}`, { retriable: false, hint: `It is one of ${PROTOCOLS.join(', ')}.` });
}

/** `sasl.mechanism` and `sasl.jaas.config` as Kafka's clients read them. */
export function saslCredentials(setting: Setting, clock: Clock): SaslCredentials {
  const mechanism = (setting('sasl.mechanism') ?? 'GSSAPI').toUpperCase();
  const text = setting('sasl.jaas.config');
  if (text === null) throw new BrokerError('sasl.jaas.config is missing', { retriable: false, hint: 'security.protocol asks for SASL, which needs credentials.' });
  const jaas = parseJaas(text);
  switch (mechanism) {
    case 'PLAIN':
      return { mechanism: 'plain', ...userOf(jaas) };
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', ...userOf(jaas) };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', ...userOf(jaas) };
    case 'OAUTHBEARER':
      return { mechanism: 'oauthbearer', oauthBearerProvider: tokenSource(setting, jaas, clock) };
    default:
      throw new BrokerError(`sasl.mechanism ${mechanism} is not known here`, { retriable: false, hint: 'Known are PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER. Kerberos (GSSAPI) is not.' });
  }
}

function userOf({ options }: JaasEntry): { readonly username: string; readonly password: string } {
  const [username, password] = [options.get('username'), options.get('password')];
  if (username === undefined || password === undefined) throw new BrokerError('sasl.jaas.config needs username and password', { retriable: false });
  return { username, password };
}
