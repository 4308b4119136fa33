/** Why Avro refuses a name, in the words of Avro's own check; null: it takes it. Dots are written as underscores. */
export function avroNameProblem(name: string): string | null {
  const written = avroName(name);
  if (written === '') return 'Empty name';
  if (!/^[\p{L}_]/u.test(written)) return `Illegal initial character: ${written}`;
  return /^[\p{L}\p{N}_]+$/u.test(written) ? null : `Illegal character in: ${written}`;
}

/** The name as it stands in a schema. */
export function avroName(name: string): string {
  return name.replaceAll('.', '_');
}
