/** What became of one test. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  /** null: it holds. */
  readonly failure: string | null;
  readonly seconds: number;
}

// XML 1.0 has no way to write most control characters.
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function testcase({ file, name, failure, seconds }: TestResult): string {
  const head = `    <testcase classname="${escaped(file)}" name="${escaped(name)}" time="${seconds.toFixed(3)}"`;
  if (failure === null) return `${head}/>`;
  return `${head}>\n      <failure message="${escaped(failure.split('\n')[0] ?? '')}">${escaped(failure)}</failure>\n    </testcase>`;
}

/** The results as JUnit's XML, one suite a file. */
export function junitXml(results: readonly TestResult[]): string {
  const files = [...new Set(results.map((result) => result.file))];
  const counts = (some: readonly TestResult[]): string =>
    `tests="${some.length}" failures="${some.filter((each) => each.failure !== null).length}" errors="0" skipped="0" time="${some.reduce((sum, each) => sum + each.seconds, 0).toFixed(3)}"`;
  const suites = files.map((file) => {
    const own = results.filter((result) => result.file === file);
    return `  <testsuite name="${escaped(file)}" ${counts(own)}>\n${own.map(testcase).join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(results)}>\n${suites.join('\n')}\n</testsuites>\n`;
}
