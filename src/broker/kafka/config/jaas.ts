import { BrokerError } from '../../../errors/index.js';

export interface JaasEntry {
  /** Class name of the login module, without its package. */
  readonly module: string;
  readonly options: ReadonlyMap<string, string>;
}

const ENTRY = /^\s*([\w.$]+)\s+(required|requisite|sufficient|optional)\b/i;
const OPTION = /\s*([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))/y;

/** Reads `sasl.jaas.config`: `package.Module required name="value" …;`. The text holds secrets, so errors do not repeat it. */
export function parseJaas(text: string): JaasEntry {
  const head = ENTRY.exec(text);
  if (head === null) throw malformed('it begins with the class of a login module and "required"');
  const options = new Map<string, string>();
  let at = head[0].length;
  for (;;) {
    OPTION.lastIndex = at;
    const found = OPTION.exec(text);
    if (found === null) break;
    const [whole, name = '', double, single, bare] = found;
    options.set(name, bare ?? (double ?? single ?? '').replace(/\\(.)/g, '$1'));
    at += whole.length;
  }
  if (!/^\s*;\s*$/.test(text.slice(at))) throw malformed('options read name="value", and a semicolon ends it');
  return { module: (head[1] ?? '').split('.').at(-1) ?? '', options };
}

function malformed(rule: string): BrokerError {
  return new BrokerError(`sasl.jaas.config cannot be read: ${rule}`, {
    retriable: false, hint: 'Example: org.apache.kafka.common.security.plain.PlainLoginModule required username="USER" password="PASSWORD";',
  });
}
