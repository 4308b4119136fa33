import { p, scalar, t, variant } from '../../define.js';
import { decodeEscapes, parseUri } from './uri.js';

export const urlExtractFragment = scalar({
  name: 'URL_EXTRACT_FRAGMENT',
  category: 'URL',
  description: 'What stands after the # of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_FRAGMENT('http://test@example.com:8080/a%20b?x=1#part')", result: 'part' }],
  variants: [
    variant({
      parameters: [p.string('url')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (url) => {
        const { fragment } = parseUri(url);
        return fragment === null ? null : decodeEscapes(fragment);
      },
    }),
  ],
});
