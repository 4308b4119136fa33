import { printExpression, type Expression } from '../../parser/index.js';
import { internalName } from './names.js';
import { replaceParts } from './walk-expression.js';

/** An expression as messages about results show it: plain names, or `alias_name` in joins. */
export function shownText(expression: Expression, isJoin: boolean): string {
  return printExpression(
    replaceParts(expression, (part) =>
      part.kind === 'column' ? { ...part, source: null, name: internalName(part.source, part.name, isJoin) } : null,
    ),
  );
}
