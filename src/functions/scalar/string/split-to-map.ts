import { p, scalar, t, variant } from '../../define.js';

export const splitToMap = scalar({
  name: 'SPLIT_TO_MAP',
  category: 'STRING',
  description: 'A map from a text of entries. Entries without the key-value delimiter are skipped, the last of equal keys wins; empty or equal delimiters give null.',
  examples: [{ sql: "SPLIT_TO_MAP('a=1;b=2', ';', '=')", result: '{a=1, b=2}' }],
  variants: [
    variant({
      parameters: [p.string('text'), p.string('entryDelimiter'), p.string('keyValueDelimiter')],
      returns: t.map(t.string, t.string),
      nulls: 'propagate',
      evaluate: (text, entryDelimiter, keyValueDelimiter) => {
        if (entryDelimiter === '' || keyValueDelimiter === '' || entryDelimiter === keyValueDelimiter) return null;
        const result = new Map<string, string>();
        for (const entry of text.split(entryDelimiter)) {
          const [key, value] = entry.split(keyValueDelimiter, 2);
          if (key !== undefined && value !== undefined) result.set(key, value);
        }
        return result;
      },
    }),
  ],
});
