import { cellsOf, elementsOf } from '../format/cells.js';
import type { FileFormat } from './read-rows.js';

/** What an export writes beside the columns of the target. */
export const MARKS = { time: 'ROWTIME', partition: 'ROWPARTITION', offset: 'ROWOFFSET', tombstone: 'ROWTOMBSTONE' } as const;
const PLACE: ReadonlySet<string> = new Set([MARKS.partition, MARKS.offset]);
const ALL: ReadonlySet<string> = new Set(Object.values(MARKS));

export interface RowWriter {
  /** Before the first row. */
  header(): string;
  row(json: string): string;
}

/** `usual`: the time of each record and whether it deletes; `all`: partition and offset too. */
export type Metadata = 'none' | 'usual' | 'all';

function keptIndexes(names: readonly string[], metadata: Metadata): readonly number[] {
  const left = metadata === 'none' ? ALL : metadata === 'usual' ? PLACE : new Set<string>();
  return names.flatMap((name, index) => (left.has(name) ? [] : [index]));
}

/** Lines that `millrace import` takes. */
export async function rowWriterFor(format: FileFormat, names: readonly string[], metadata: Metadata, delimiter: string): Promise<RowWriter> {
  const kept = keptIndexes(names, metadata);
  if (format === 'csv') {
    const { stringify } = await import('csv-stringify/sync');
    // An empty text is quoted, so that it is not read as null.
    const line = (cells: readonly (string | null)[]): string => stringify([cells], { delimiter, quoted_match: /^$/ });
    return {
      header: () => line(kept.map((index) => names[index] ?? '')),
      row: (json) => {
        const cells = cellsOf(json);
        return line(kept.map((index) => cells[index] ?? null));
      },
    };
  }
  const tombstone = names.indexOf(MARKS.tombstone);
  const labels = names.map((name) => JSON.stringify(name));
  return {
    header: () => '',
    row: (json) => {
      const elements = elementsOf(json);
      const shown = kept.filter((index) => index !== tombstone || elements[index] === 'true');
      return `{${shown.map((index) => `${labels[index]}:${elements[index]}`).join(',')}}\n`;
    },
  };
}
