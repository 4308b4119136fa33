/** A planted bug: a unified diff against product files, its first line says what it breaks. */
export interface Planted {
  readonly name: string;
  readonly what: string;
  readonly hunks: readonly Hunk[];
}
interface Hunk {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Reads the hunks of a diff. Line numbers are not used: a hunk is found by its text, so that code may move around it. */
export function parsePatch(name: string, diff: string): Planted {
  const [first = '', ...lines] = diff.split('\n');
  const hunks: Hunk[] = [];
  let path = '';
  let before: string[] = [];
  let after: string[] = [];
  const end = (): void => {
    if (before.length + after.length > 0) hunks.push({ path, before: before.join('\n'), after: after.join('\n') });
    before = [];
    after = [];
  };
  for (const line of lines) {
    if (line.startsWith('--- ') || line.startsWith('@@')) end();
    else if (line.startsWith('+++ b/')) path = line.slice('+++ b/'.length);
    else if (line.startsWith('-')) before.push(line.slice(1));
    else if (line.startsWith('+')) after.push(line.slice(1));
    else if (line.startsWith(' ')) {
      before.push(line.slice(1));
      after.push(line.slice(1));
    }
  }
  end();
  return { name, what: first.replace(/^# */, ''), hunks };
}

/** The changed texts by path; an explanation where a hunk is not found exactly once. */
export function applyPatch(patch: Planted, read: (path: string) => string): { readonly files: ReadonlyMap<string, string> } | { readonly problem: string } {
  const files = new Map<string, string>();
  for (const { path, before, after } of patch.hunks) {
    const text = files.get(path) ?? read(path);
    const parts = text.split(before);
    if (parts.length !== 2) return { problem: `${patch.name} no longer applies to ${path}: its text is there ${parts.length - 1} times. Write the patch again.` };
    files.set(path, parts.join(after));
  }
  return { files };
}
