import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { RequestError } from '../../errors/index.js';

/** `ssl.*` of Kafka's clients as Node's TLS takes them: PEM files, PEM texts, and PKCS12 key stores. */
export function tlsOptions(setting: (name: string) => string | null): ConnectionOptions {
  return { ...trust(setting), ...identity(setting), ...protocols(setting) };
}

function trust(setting: (name: string) => string | null): ConnectionOptions {
  const inline = setting('ssl.truststore.certificates');
  if (inline !== null) return { ca: inline };
  const location = setting('ssl.truststore.location');
  if (location === null || location === '') return {};
  if (typeOf(setting, 'truststore', location) !== 'PEM') {
    throw new RequestError('BAD_REQUEST', `The trust store ${location} cannot be read: certificates are taken from PEM files`, {
      hint: `Write them with: keytool -list -rfc -keystore ${location} > ca.pem, and set ssl.truststore.location=ca.pem and ssl.truststore.type=PEM (for the registry behind ksql.schema.registry.).`,
    });
  }
  return { ca: contents(location, 'trust store') };
}

function identity(setting: (name: string) => string | null): ConnectionOptions {
  const secret = setting('ssl.key.password') ?? setting('ssl.keystore.password');
  const passphrase = secret === null ? {} : { passphrase: secret };
  const [chain, key, location] = [setting('ssl.keystore.certificate.chain'), setting('ssl.keystore.key'), setting('ssl.keystore.location')];
  if (chain !== null && key !== null) return { cert: chain, key, ...passphrase };
  if (location === null || location === '') return {};
  switch (typeOf(setting, 'keystore', location)) {
    case 'PEM': {
      const bytes = contents(location, 'key store');
      return { cert: bytes, key: bytes, ...passphrase };
    }
    case 'PKCS12':
      return { pfx: contents(location, 'key store'), ...passphrase };
    default:
      throw new RequestError('BAD_REQUEST', `The key store ${location} cannot be read: PEM and PKCS12 are`, {
        hint: `Convert it with: keytool -importkeystore -srckeystore ${location} -destkeystore keys.p12 -deststoretype PKCS12.`,
      });
  }
}

function protocols(setting: (name: string) => string | null): ConnectionOptions {
  const enabled = (setting('ssl.enabled.protocols') ?? '').split(',').map((each) => each.trim());
  const only13 = enabled.includes('TLSv1.3') && !enabled.includes('TLSv1.2');
  return {
    ...(only13 ? { minVersion: 'TLSv1.3' as const } : {}),
    // Kafka's way to say that the certificate may be for another host.
    ...(setting('ssl.endpoint.identification.algorithm') === '' ? { checkServerIdentity: () => undefined } : {}),
  };
}

function typeOf(setting: (name: string) => string | null, store: 'truststore' | 'keystore', location: string): string {
  const given = setting(`ssl.${store}.type`);
  if (given !== null) return given.toUpperCase();
  if (/\.(pem|crt|cer)$/i.test(location)) return 'PEM';
  return /\.(p12|pfx)$/i.test(location) ? 'PKCS12' : 'JKS';
}

function contents(location: string, what: string): Buffer {
  try {
    return readFileSync(location);
  } catch (cause) {
    throw new RequestError('BAD_REQUEST', `The ${what} ${location} cannot be read: ${cause instanceof Error ? cause.message : 'unknown reason'}`, { cause });
  }
}
