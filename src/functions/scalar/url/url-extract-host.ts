import { p, scalar, t, variant } from '../../define.js';
import { parseUri } from './uri.js';

export const urlExtractHost = scalar({
  name: 'URL_EXTRACT_HOST',
  category: 'URL',
  description: 'The host of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_HOST('http://test@example.com:8080/a%20b?x=1#part')", result: 'example.com' }],
  variants: [variant({ parameters: [p.string('url')], returns: t.string, nulls: 'propagate', evaluate: (url) => parseUri(url).host })],
});
