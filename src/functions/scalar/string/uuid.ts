import { boundVariant, p, scalar, t, variant } from '../../define.js';

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The version and variant bits of a random UUID. */
function randomUuid(bytes: Uint8Array): string {
  const marked = Uint8Array.from(bytes, (byte, index) => (index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte));
  return uuidText(marked);
}

export const uuid = scalar({
  name: 'UUID',
  category: 'STRING',
  description: 'A random UUID, or the UUID of 16 bytes; null for another number of bytes.',
  deterministic: false,
  examples: [{ sql: 'LEN(UUID())', result: '36' }],
  variants: [
    boundVariant({ parameters: [], returns: t.string, nulls: 'called', bind: ({ context }) => () => randomUuid(context.random.bytes(16)) }),
    variant({ parameters: [p.bytes('bytes')], returns: t.string, nulls: 'propagate', evaluate: (bytes) => (bytes.length === 16 ? uuidText(bytes) : null) }),
  ],
});
