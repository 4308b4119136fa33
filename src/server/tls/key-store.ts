import { RequestError } from '../../errors/index.js';

/** Certificates and a key as they lie in files: texts, or one encrypted archive. */
export type KeyStore = { readonly kind: 'pem'; readonly text: string } | { readonly kind: 'pkcs12'; readonly bytes: Buffer };

const JKS_MAGIC = 0xfeedfeed;
const JCEKS_MAGIC = 0xcececece;
/** The first byte of every ASN.1 sequence, which a PKCS12 archive is. */
const SEQUENCE = 0x30;

/**
 * What a store is, told by its content: a file that Java calls JKS is a PKCS12 archive more often than not. Throws RequestError for
 * stores that only Java reads.
 */
export function readStore(bytes: Buffer, setting: string): KeyStore {
  if (bytes.includes('-----BEGIN ')) return { kind: 'pem', text: bytes.toString('utf8') };
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (magic === JKS_MAGIC || magic === JCEKS_MAGIC) {
    throw new RequestError('BAD_REQUEST', `${setting} names a JKS store, which only Java reads`, { hint: 'Convert it: keytool -importkeystore -srckeystore STORE.jks -destkeystore STORE.p12 -deststoretype PKCS12' });
  }
  if (bytes[0] === SEQUENCE) return { kind: 'pkcs12', bytes };
  throw new RequestError('BAD_REQUEST', `${setting} names a file that is neither PEM nor PKCS12`, { hint: 'Give certificates and keys as PEM texts, or a PKCS12 archive.' });
}

/** The PEM blocks of one kind in a text. */
export function pemBlocks(text: string, kind: 'certificate' | 'key'): readonly string[] {
  const label = kind === 'certificate' ? 'CERTIFICATE' : '(?:[A-Z]+ )*PRIVATE KEY';
  return [...text.matchAll(new RegExp(`-----BEGIN (${label})-----[^]*?-----END \\1-----`, 'g'))].map((match) => `${match[0]}\n`);
}
