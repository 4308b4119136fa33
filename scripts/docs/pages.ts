import { ERROR_CODES } from '../../src/errors/index.js';
import { builtInFunctions, functionReference } from '../../src/functions/index.js';

/** Who must act, by class: the same split as in `src/errors/classes.ts`. */
const CLASSES: readonly (readonly [name: string, who: string])[] = [
  ['ParseError, BindError, PlanError', 'The statement is at fault: `span` says where, `hint` what to write instead. Nothing has changed.'],
  ['RequestError', 'The request around the statement is at fault: endpoint, property, limit, permission.'],
  ['RecordError', 'A record is at fault: it goes to the processing log, the query lives on.'],
  ['BrokerError', 'The log or the network is at fault; `retriable` tells whether waiting may help.'],
  ['StateError', 'A state store is at fault; a damaged one is rebuilt from its changelog.'],
  ['InternalError', 'Millrace is at fault: please report it with the text and the log.'],
];

/** The code table as a page. */
export function errorReference(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { rest, retriable, title }]) => `| \`${code}\` | ${rest} | ${Math.floor(rest / 100)} | ${retriable ? 'yes' : 'no'} | ${title} |`);
  return [
    '# Errors',
    'Generated from the code table (`src/errors/codes.ts`); do not edit. A code never changes its meaning. Clients of the REST API find the number in `error_code`, the code in `code`, and where they are known `hint` and `position`.',
    ['| code | error_code | HTTP | same request may work later | what happened |', '|---|---:|---:|---|---|', ...rows].join('\n'),
    '## Classes of the library',
    ['| class | who must act |', '|---|---|', ...CLASSES.map(([name, who]) => `| ${name} | ${who} |`)].join('\n'),
    '',
  ].join('\n\n').replace(/\n+$/, '\n');
}

/** Pages that are written by the product itself, by their path. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/functions.md', functionReference(builtInFunctions)],
    ['docs/errors.md', errorReference()],
  ]);
}
