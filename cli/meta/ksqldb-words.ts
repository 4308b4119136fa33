const KSQLDB_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(exit|quit)$/i, '\\q'],
  [/^help$/i, '\\?'],
  [/^history$/i, '\\history'],
  [/^clear$/i, '\\clear'],
  [/^version$/i, '\\version'],
  [/^server$/i, '\\conninfo'],
  [/^server\s+(\S+)$/i, '\\conninfo $1'],
  [/^output$/i, '\\o'],
  [/^output\s+tabular$/i, '\\o table'],
  [/^output\s+json$/i, '\\o jsonl'],
  [/^output\s+(\w+)$/i, '\\o $1'],
  [/^spool\s+off$/i, '\\spool off'],
  [/^spool\s+'?(.+?)'?$/i, '\\spool $1'],
  [/^run\s+script\s+'?(.+?)'?$/i, '\\i $1'],
  [/^set\s+cli\s+'?wrap'?\s+'?(on|off)'?$/i, '\\wrap $1'],
  [/^set\s+cli\s+'?column-width'?\s+'?(\d+)'?$/i, '\\width $1'],
  [/^request-pipelining$/i, '\\pipelining'],
  [/^request-pipelining\s+(on|off)$/i, '\\pipelining $1'],
];

/** The meta-command that a line stands for, or null when it is the begin of a statement. */
export function metaCommandOf(line: string): string | null {
  const text = line.trim();
  if (text.startsWith('\\')) return text;
  const word = text.replace(/\s*;$/, '');
  for (const [pattern, meta] of KSQLDB_WORDS) if (pattern.test(word)) return word.replace(pattern, meta);
  return null;
}
