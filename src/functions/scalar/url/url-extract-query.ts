import { p, scalar, t, variant } from '../../define.js';
import { decodeEscapes, parseUri } from './uri.js';

export const urlExtractQuery = scalar({
  name: 'URL_EXTRACT_QUERY',
  category: 'URL',
  description: 'The query of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_QUERY('http://test@example.com:8080/a%20b?x=1#part')", result: 'x=1' }],
  variants: [
    variant({
      parameters: [p.string('url')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (url) => {
        const { query } = parseUri(url);
        return query === null ? null : decodeEscapes(query);
      },
    }),
  ],
});
