import { MillraceError, RequestError, StatementError, type Span } from '../errors/index.js';
import { maskSecrets } from '../parser/index.js';

/**
 * Notes the statement that an error is about, unless one is noted already. It is shown and logged, so without the secrets in it. Of a refusal
 * that knows no closer place, `span` is the place.
 */
export function blame(error: unknown, statementText: string, span?: Span): void {
  if (!(error instanceof MillraceError)) return;
  error.statementText ??= maskSecrets(statementText);
  if (error instanceof StatementError || error instanceof RequestError) error.span ??= span;
}
