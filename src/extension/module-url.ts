import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Another text is another module: one that was edited is loaded anew by the next engine of this process. */
export function moduleUrl(path: string): string {
  return `${pathToFileURL(path).href}?text=${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)}`;
}
