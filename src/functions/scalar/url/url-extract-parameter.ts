import { p, scalar, t, variant } from '../../define.js';
import { decodeEscapes, parseUri } from './uri.js';

/** The first value of a name; empty for a name without `=`. */
function parameterOf(query: string, name: string): string | null {
  for (const pair of query.split('&')) {
    const split = pair.indexOf('=');
    if ((split < 0 ? pair : pair.slice(0, split)) === name) return split < 0 ? '' : pair.slice(split + 1);
  }
  return null;
}

export const urlExtractParameter = scalar({
  name: 'URL_EXTRACT_PARAMETER',
  category: 'URL',
  description: 'The value of a parameter in the query of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_PARAMETER('http://example.com/?a=1&b=2', 'b')", result: '2' }],
  variants: [
    variant({
      parameters: [p.string('url'), p.string('name')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (url, name) => {
        const { query } = parseUri(url);
        return query === null ? null : parameterOf(decodeEscapes(query), name);
      },
    }),
  ],
});
