/** One test of a script: from its `--@test:` line to the next. */
export interface SqlTest {
  readonly name: string;
  readonly sql: string;
  readonly expectedError: { readonly className: string | null; readonly message: string | null } | null;
}

const MARK = /^--@(test|expected\.error|expected\.message):\s*(.*?)\s*$/;

/** Cuts a script into its tests. Text before the first one belongs to none. Two of one name are numbered. */
export function readSqlTests(script: string): readonly SqlTest[] {
  const tests: SqlTest[] = [];
  const counts = new Map<string, number>();
  for (const part of script.split(/^(?=--@test:)/m)) {
    const marks = new Map<string, string>();
    for (const line of part.split('\n')) {
      const [, name = '', text = ''] = MARK.exec(line) ?? [];
      if (name !== '') marks.set(name, text);
    }
    const title = marks.get('test');
    if (title === undefined) continue;
    const count = (counts.get(title) ?? 0) + 1;
    counts.set(title, count);
    const className = marks.get('expected.error') ?? null;
    const message = marks.get('expected.message') ?? null;
    tests.push({ name: count === 1 ? title : `${title} (${count})`, sql: part, expectedError: className === null && message === null ? null : { className, message } });
  }
  return tests;
}
