/** Media types of the API. */
export const V1_JSON = 'application/vnd.ksql.v1+json';
export const JSON_TYPE = 'application/json';
export const DELIMITED = 'application/vnd.ksqlapi.delimited.v1';
export const PROTOBUF = 'application/vnd.ksql.v1+protobuf';

interface Accepted {
  readonly type: string;
  readonly quality: number;
}

function accepted(header: string): readonly Accepted[] {
  return header
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((each) => each.trim());
      const quality = parameters.find((each) => each.startsWith('q='));
      return { type: type.toLowerCase(), quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter((each) => each.type !== '' && each.quality > 0)
    .sort((left, right) => right.quality - left.quality);
}

/** The media type to answer in, or null (406). `offered` is in the order of preference; the first is taken for `*∕*`. */
export function negotiate(header: string | undefined, whenAbsent: string, offered: readonly string[]): string | null {
  if (header === undefined || header.trim() === '') return whenAbsent;
  for (const { type } of accepted(header)) {
    if (type === '*/*' || type === 'application/*') return offered[0] ?? null;
    if (offered.includes(type)) return type;
  }
  return null;
}
