import { p, scalar, t, variant } from '../../define.js';
import { decodeEscapes, parseUri } from './uri.js';

export const urlExtractPath = scalar({
  name: 'URL_EXTRACT_PATH',
  category: 'URL',
  description: 'The path of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_PATH('http://test@example.com:8080/a%20b?x=1#part')", result: '/a b' }],
  variants: [
    variant({
      parameters: [p.string('url')],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (url) => {
        const { path } = parseUri(url);
        return path === null ? null : decodeEscapes(path);
      },
    }),
  ],
});
