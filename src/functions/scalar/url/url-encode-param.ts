import { p, scalar, t, variant } from '../../define.js';
import { encodeForm } from './form-encoding.js';

export const urlEncodeParam = scalar({
  name: 'URL_ENCODE_PARAM',
  category: 'URL',
  description: 'The text as a parameter value of a URL, spaces as +.',
  examples: [{ sql: "URL_ENCODE_PARAM('a b&c')", result: 'a+b%26c' }],
  variants: [variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: encodeForm })],
});
