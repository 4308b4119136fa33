import { MillraceError } from '../errors/index.js';
import { maskSecrets } from '../parser/index.js';

/** Notes the statement that an error is about, unless one is noted already. It is shown and logged, so without the secrets in it. */
export function blame(error: unknown, statementText: string): void {
  if (error instanceof MillraceError) error.statementText ??= maskSecrets(statementText);
}
