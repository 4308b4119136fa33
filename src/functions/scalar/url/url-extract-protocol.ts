import { p, scalar, t, variant } from '../../define.js';
import { parseUri } from './uri.js';

export const urlExtractProtocol = scalar({
  name: 'URL_EXTRACT_PROTOCOL',
  category: 'URL',
  description: 'The protocol of a URL. Null when it has none.',
  examples: [{ sql: "URL_EXTRACT_PROTOCOL('http://test@example.com:8080/a%20b?x=1#part')", result: 'http' }],
  variants: [variant({ parameters: [p.string('url')], returns: t.string, nulls: 'propagate', evaluate: (url) => parseUri(url).scheme })],
});
