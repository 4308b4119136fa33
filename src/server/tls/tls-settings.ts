import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Settings } from '../../engine/index.js';
import { RequestError } from '../../errors/index.js';
import { pemBlocks, readStore } from './key-store.js';

/** What a TLS listener needs. */
export interface TlsSettings {
  readonly context: SecureContextOptions;
  /** Whether clients are asked for a certificate, and whether those without a good one are turned away. */
  readonly clients: 'NONE' | 'REQUESTED' | 'REQUIRED';
}

type ReadFile = (path: string) => Buffer;

function refuse(message: string, hint: string, cause?: unknown): never {
  throw new RequestError('BAD_REQUEST', message, { hint, cause });
}

const given = (settings: Settings, name: string): string | null => (settings.text(name) ?? '') || null;

/** The files that a setting names, as bytes. */
function files(settings: Settings, name: string, readFile: ReadFile): readonly Buffer[] {
  return settings.list(name).map((path) => {
    try {
      return readFile(path);
    } catch (cause) {
      return refuse(`The file that ${name} names cannot be read`, 'Look at the path and its rights.', cause);
    }
  });
}

function keyAndCertificates(settings: Settings, readFile: ReadFile): SecureContextOptions {
  const inline = [given(settings, 'ssl.keystore.key'), given(settings, 'ssl.keystore.certificate.chain')].filter((text) => text !== null).map((text) => Buffer.from(text));
  const stores = [...inline, ...files(settings, 'ssl.keystore.location', readFile)].map((bytes) => readStore(bytes, 'ssl.keystore.location'));
  if (stores.length === 0) return refuse('An https listener needs a certificate and its key', 'Set ssl.keystore.location to PEM files (certificate chain and key, comma between), or to a PKCS12 store.');
  const password = given(settings, 'ssl.keystore.password');
  const keyPassword = given(settings, 'ssl.key.password') ?? password;
  const [archive] = stores.flatMap((store) => (store.kind === 'pkcs12' ? [store.bytes] : []));
  if (archive !== undefined) return { pfx: archive, ...(password === null ? {} : { passphrase: password }) };
  const text = stores.flatMap((store) => (store.kind === 'pem' ? [store.text] : [])).join('\n');
  const [key] = pemBlocks(text, 'key');
  const chain = pemBlocks(text, 'certificate');
  if (key === undefined || chain.length === 0) return refuse(`ssl.keystore.location has no ${key === undefined ? 'private key' : 'certificate'}`, 'Name the files of both, comma between.');
  return { key, cert: chain.join(''), ...(keyPassword === null ? {} : { passphrase: keyPassword }) };
}

function authorities(settings: Settings, readFile: ReadFile): readonly string[] {
  const inline = given(settings, 'ssl.truststore.certificates');
  const stores = [...(inline === null ? [] : [Buffer.from(inline)]), ...files(settings, 'ssl.truststore.location', readFile)].map((bytes) => readStore(bytes, 'ssl.truststore.location'));
  return stores.flatMap((store) => {
    if (store.kind === 'pem') return pemBlocks(store.text, 'certificate');
    return refuse('ssl.truststore.location names a PKCS12 store', 'Take the certificates out as PEM: openssl pkcs12 -in STORE.p12 -nokeys -out trusted.pem');
  });
}

function clientsOf(settings: Settings): TlsSettings['clients'] {
  // The old boolean speaks only where the new name does not.
  const text = (settings.isGiven('ssl.client.authentication') || !settings.flag('ssl.client.auth') ? settings.text('ssl.client.authentication') : 'REQUIRED')?.toUpperCase() ?? 'NONE';
  if (text === 'NONE' || text === 'REQUESTED' || text === 'REQUIRED') return text;
  return refuse(`ssl.client.authentication=${text} is not known`, 'NONE, REQUESTED or REQUIRED.');
}

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

function versions(settings: Settings): SecureContextOptions {
  const asked = settings.list('ssl.enabled.protocols');
  const wrong = asked.find((each) => !VERSIONS.some((version) => version === each));
  if (wrong !== undefined) return refuse(`ssl.enabled.protocols: ${wrong} is not offered`, 'TLSv1.2 and TLSv1.3 are; what is older is broken.');
  const enabled = VERSIONS.filter((version) => asked.length === 0 || asked.includes(version));
  return { minVersion: enabled[0] ?? 'TLSv1.2', maxVersion: enabled.at(-1) ?? 'TLSv1.3' };
}

/** Java's name of a cipher suite as OpenSSL calls it; names of OpenSSL and of TLS 1.3 stay. */
export function cipherName(name: string): string {
  const [, exchange, cipher] = /^TLS_(\w+?)_WITH_(\w+)$/.exec(name) ?? [];
  if (exchange === undefined || cipher === undefined) return name;
  const short = cipher.replace(/AES_(\d+)/, 'AES$1').replace(/_CBC_/, '_').replace('CHACHA20_POLY1305_SHA256', 'CHACHA20_POLY1305');
  return [...(exchange === 'RSA' ? [] : [exchange]), short].join('-').replaceAll('_', '-');
}

// What OpenSSL says about a store is short and in its own words; the two things that happen get ours.
function reasonHint(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : '';
  if (/mac verify|bad decrypt|bad password/i.test(text)) return 'The password does not open it.';
  if (/unsupported/i.test(text)) return 'It is encrypted in an old way; write it anew: openssl pkcs12 -legacy -in OLD.p12 -nodes | openssl pkcs12 -export -out NEW.p12';
  return /mismatch/i.test(text) ? 'Key and certificate do not belong together.' : 'Look at certificate, key and password.';
}

function checked(context: SecureContextOptions): SecureContextOptions {
  try {
    createSecureContext(context);
    return context;
  } catch (cause) {
    return refuse('The TLS settings do not fit together', reasonHint(cause), cause);
  }
}

/** The same names for one that calls: whose certificates it believes, and its own if it has one. Throws RequestError. */
export function readClientTls(settings: Settings, readFile: ReadFile): SecureContextOptions {
  const trusted = authorities(settings, readFile);
  const own = given(settings, 'ssl.keystore.location') === null ? {} : keyAndCertificates(settings, readFile);
  return checked({ ...own, ...(trusted.length === 0 ? {} : { ca: [...trusted] }) });
}

/** Reads the TLS settings by ksqlDB's names, and files anew each time. Throws RequestError for what cannot work. */
export function readTlsSettings(settings: Settings, readFile: ReadFile): TlsSettings {
  const clients = clientsOf(settings);
  const trusted = authorities(settings, readFile);
  // Without a list of its own the system's would do, and then anybody with a certificate could come.
  if (clients !== 'NONE' && trusted.length === 0) return refuse(`ssl.client.authentication=${clients} needs to know whose certificates to believe`, 'Set ssl.truststore.location to the PEM file of your authority.');
  const suites = settings.list('ssl.cipher.suites').map(cipherName);
  const context: SecureContextOptions = {
    ...keyAndCertificates(settings, readFile),
    ...versions(settings),
    ...(trusted.length === 0 ? {} : { ca: [...trusted] }),
    ...(suites.length === 0 ? {} : { ciphers: suites.join(':') }),
    honorCipherOrder: true,
  };
  return { context: checked(context), clients };
}
