import { RequestError, type Span } from '../errors/index.js';
import type { Statement } from '../parser/index.js';

/**
 * What one request may cost beyond its own size: a text of a megabyte could name a long variable a quarter of a million times, double a
 * value with every DEFINE, or ask tens of thousands of times for answers that are long themselves.
 */
export const REQUEST_LIMITS = {
  /** Variables in force at once. */
  variables: 1000,
  /** Statements that ask or set something. Those that create and insert are bounded by what they name. */
  asking: 1000,
  /** Characters of what such statements answer together. */
  answerChars: 32 * 1024 * 1024,
} as const;

const ASKING: ReadonlySet<Statement['kind']> = new Set(['show', 'describe', 'explain', 'print', 'query', 'set', 'unset', 'define', 'undefine', 'assertTopic', 'assertSchema']);

/** Counts the statements of one request; throws at the first that is one too many. */
export class AskingCount {
  private count = 0;

  add({ kind }: Statement, span: Span): void {
    if (!ASKING.has(kind) || ++this.count <= REQUEST_LIMITS.asking) return;
    throw new RequestError('BAD_REQUEST', `At most ${REQUEST_LIMITS.asking} statements of a request may ask or set something`, { span, hint: 'Send them in several requests.' });
  }
}

export function requireFewVariables(count: number, span?: Span): void {
  if (count <= REQUEST_LIMITS.variables) return;
  throw new RequestError('BAD_REQUEST', `At most ${REQUEST_LIMITS.variables} variables may be defined at once`, { span, hint: 'UNDEFINE those that are not needed any more.' });
}

/** Adds up what is answered; a single answer is never too long. */
export class AnswerSize {
  private chars = 0;
  private answers = 0;

  add(entity: unknown): void {
    // Measuring costs as much as sending, and few answers are bounded by what there is to tell.
    if (++this.answers <= 8 || entity === null) return;
    this.chars += JSON.stringify(entity).length;
    if (this.chars <= REQUEST_LIMITS.answerChars) return;
    throw new RequestError('BAD_REQUEST', `The statements of the request answer with more than ${REQUEST_LIMITS.answerChars} characters`, { hint: 'Ask in several requests.' });
  }
}
