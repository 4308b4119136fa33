import { p, scalar, t, variant } from '../../define.js';
import { decodeForm } from './form-encoding.js';

export const urlDecodeParam = scalar({
  name: 'URL_DECODE_PARAM',
  category: 'URL',
  description: 'The text of a parameter value of a URL.',
  examples: [{ sql: "URL_DECODE_PARAM('a+b%26c')", result: 'a b&c' }],
  variants: [variant({ parameters: [p.string('text')], returns: t.string, nulls: 'propagate', evaluate: decodeForm })],
});
