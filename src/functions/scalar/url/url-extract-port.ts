import { p, scalar, t, variant } from '../../define.js';
import { parseUri } from './uri.js';

export const urlExtractPort = scalar({
  name: 'URL_EXTRACT_PORT',
  category: 'URL',
  description: 'The port of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_PORT('http://test@example.com:8080/a%20b?x=1#part')", result: '8080' }],
  variants: [variant({ parameters: [p.string('url')], returns: t.integer, nulls: 'propagate', evaluate: (url) => parseUri(url).port })],
});
