import type { Share } from '../messages.js';

/** What a member of a query's group tells the one that assigns. */
export interface MemberData {
  /** Where the other servers reach this one (`scheme://host:port`); null: nowhere. */
  readonly host: string | null;
  /** The generation in which it got the partitions it says it owned; −1: it never had any. */
  readonly generation: number;
}

const NOTHING: MemberData = { host: null, generation: -1 };

export function encodeMember(member: MemberData): Uint8Array {
  return Buffer.from(JSON.stringify({ host: member.host, generation: member.generation }));
}

/** What cannot be read says nothing: the member gets a share all the same. */
export function decodeMember(bytes: Uint8Array): MemberData {
  const found = parse(bytes);
  if (typeof found !== 'object' || found === null) return NOTHING;
  const host: unknown = Reflect.get(found, 'host');
  const generation: unknown = Reflect.get(found, 'generation');
  return { host: typeof host === 'string' ? host : null, generation: Number.isInteger(generation) ? Number(generation) : -1 };
}

/** Every member is told with its own share who has what. */
export function encodeShares(shares: readonly Share[]): Uint8Array {
  return Buffer.from(JSON.stringify(shares.map(({ host, partitions }) => [host, partitions])));
}

/** Empty where a member of another release assigned, or the only member there is. */
export function decodeShares(bytes: Uint8Array): readonly Share[] {
  const found = parse(bytes);
  if (!Array.isArray(found)) return [];
  return found.flatMap((each: unknown): Share[] => {
    if (!Array.isArray(each)) return [];
    const host: unknown = each[0];
    const partitions: unknown = each[1];
    if (!Array.isArray(partitions)) return [];
    return [{ host: typeof host === 'string' ? host : null, partitions: partitions.filter((index: unknown): index is number => Number.isInteger(index)) }];
  });
}

function parse(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return value;
  } catch {
    return null;
  }
}
