import type { IToken } from 'chevrotain';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';

const SOURCE_NAME = /^[a-zA-Z0-9_-]*$/;

/** The name of a stream or table. */
export function buildSourceName(context: BuildContext, at: IToken): string {
  const name = cst.nameOf(context, at);
  if (SOURCE_NAME.test(name)) return name;
  const span = cst.tokenSpan(context, at);
  throw cst.prepareError(
    span,
    `Illegal argument at Line: ${span.line}, Col: ${span.column + 1}. Source names may only contain alphanumeric values, '_' or '-'. Got: '${name}'`,
    'Use letters, digits, underscores and hyphens.',
  );
}
