import { describeFunction, parameterTypeText } from './describe.js';
import type { FunctionCatalogue, FunctionCategory, FunctionEntry, FunctionExample } from './entry.js';

/** The catalogue as the Markdown page `docs/functions.md`: a test keeps the page and the catalogue equal. */
export function functionReference(catalogue: FunctionCatalogue): string {
  const byCategory = new Map<FunctionCategory, FunctionEntry[]>();
  for (const entry of catalogue.list()) byCategory.set(entry.category, [...(byCategory.get(entry.category) ?? []), entry]);
  const categories = [...byCategory.keys()].toSorted();
  return `${[
    '# Functions',
    'Generated from the function catalogue (`src/functions`); do not edit. Names are not case-sensitive.',
    categories.map((category) => indexLine(category, byCategory.get(category) ?? [])).join('\n'),
    ...categories.flatMap((category) => [`## ${titleOf(category)}`, ...(byCategory.get(category) ?? []).map(section)]),
  ].join('\n\n')}\n`;
}

const titleOf = (category: FunctionCategory): string => category.charAt(0) + category.slice(1).toLowerCase();
/** GitHub's heading anchors: lower case, punctuation away, spaces to hyphens. */
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(/[^a-z0-9_ -]/g, '').replaceAll(' ', '-');

function indexLine(category: FunctionCategory, entries: readonly FunctionEntry[]): string {
  const links = entries.map(({ name }) => `[${name}](#${anchorOf(name)})`);
  return `- **${titleOf(category)}**: ${links.join(', ')}`;
}

function section(entry: FunctionEntry): string {
  const { variants } = describeFunction(entry);
  const signatures = variants.map(({ signature, returnType }) => `${signature} -> ${returnType}`);
  const notes = new Set(variants.flatMap((variant) => variant.arguments.filter(({ description }) => description !== '').map(noteOf)));
  return [
    `### ${entry.name}`,
    [entry.description, ...traitsOf(entry)].join(' '),
    fenced(signatures.join('\n')),
    ...(notes.size === 0 ? [] : [[...notes].join('\n')]),
    ...(entry.examples.length === 0 ? [] : [fenced(entry.examples.map(exampleText).join('\n\n'), 'sql')]),
    ...stateNote(entry),
  ].join('\n\n');
}

const noteOf = ({ name, description }: { readonly name: string; readonly description: string }): string => `- \`${name}\`: ${description}`;
const fenced = (text: string, language = ''): string => `\`\`\`${language}\n${text}\n\`\`\``;

function traitsOf(entry: FunctionEntry): readonly string[] {
  switch (entry.kind) {
    case 'scalar':
      return entry.deterministic ? [] : ['Gives another result at every call.'];
    case 'table':
      return [];
    case 'aggregate':
      return [entry.variants.every(({ undoable }) => undoable) ? 'Works over streams and tables.' : 'Works over streams only.'];
  }
}

/** States are stored in the sink's value format, which must be able to hold them. */
function stateNote(entry: FunctionEntry): readonly string[] {
  if (entry.kind !== 'aggregate') return [];
  const states = entry.variants.flatMap(({ stateType }) =>
    typeof stateType === 'function' ? [] : [`\`${parameterTypeText({ kind: 'concrete', type: stateType })}\``],
  );
  return states.length === entry.variants.length ? [`State: ${[...new Set(states)].join(', ')}.`] : [];
}

function exampleText({ sql, over, result }: FunctionExample): string {
  const rows = over === undefined ? [] : [`-- ${over.columns}: ${over.rows.map((row) => `(${row})`).join(', ')}`];
  return [...rows, sql, ...(result ?? 'null').split('\n').map((line) => `-- ${line}`)].join('\n');
}
