import { RequestError } from '../errors/index.js';
import type { Positions, TopicPositions } from '../runtime/index.js';
import type { Session } from './engine.js';

/** Request properties by which clients hand tokens back. */
const CONTINUATION = 'ksql.request.query.push.continuation.token';
const CONSISTENCY = 'ksql.request.query.pull.consistency.vector';
const MAX_TOKEN_CHARS = 256 * 1024;

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

function refuse(name: string): never {
  throw new RequestError('BAD_REQUEST', `${name} is not a token of this server`, { hint: 'Send back what the last answer carried, unchanged.' });
}

/** What a token says; undefined: there is none. */
function given(session: Session, name: string): unknown {
  const text = session.requestProperties?.[name];
  if (text === undefined || text === '') return undefined;
  if (typeof text !== 'string' || text.length > MAX_TOKEN_CHARS) return refuse(name);
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return refuse(name);
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Where the rows of a push query begin and end that were sent since the last token: offsets by partition. */
export function continuationToken(from: Positions | null, to: Positions): string {
  return encode({ s: { o: from ?? to }, e: { o: to }, v: 0 });
}

/** Where a push query is to go on; null: at its beginning. Throws RequestError. */
export function resumeFrom(session: Session): Positions | null {
  const token = given(session, CONTINUATION);
  if (token === undefined) return null;
  const offsets = member(member(token, 'e'), 'o');
  return isList(offsets) && offsets.length > 0 && offsets.every(isOffset) ? offsets : refuse(CONTINUATION);
}

/** What a pull query's answer knew: how far the inputs of its table had been read. */
export function consistencyToken(reached: TopicPositions): string {
  return encode({ v: 1, t: reached });
}

/** What the next answer must know at least; null: anything. Throws RequestError. */
export function knownAtLeast(session: Session): TopicPositions | null {
  const token = given(session, CONSISTENCY);
  if (token === undefined) return null;
  const topics = member(token, 't');
  if (!isList(topics)) return refuse(CONSISTENCY);
  return topics.map((entry) => {
    const [topic, partition, offset] = isList(entry) ? entry : [];
    return typeof topic === 'string' && isOffset(partition) && isOffset(offset) ? ([topic, partition, offset] as const) : refuse(CONSISTENCY);
  });
}
