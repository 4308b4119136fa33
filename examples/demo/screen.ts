const isTerminal = process.stdout.isTTY === true;
let barShown = false;

/** A line that stays. */
export function say(line = ''): void {
  process.stdout.write(`${barShown ? '\r\u001b[K' : ''}${line}\n`);
  barShown = false;
}

/** On a terminal one line that moves; piped, a line for every tenth. */
export function progress(label: string, done: number, total: number, lastTenth: number): number {
  const tenth = Math.floor((done * 10) / total);
  if (isTerminal) {
    const filled = Math.round((done * 30) / total);
    process.stdout.write(`\r\u001b[K  [${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${label}`);
    barShown = true;
  } else if (tenth > lastTenth) {
    process.stdout.write(`  ${String(tenth * 10).padStart(3)} %  ${label}\n`);
  }
  return tenth;
}

/** Columns as wide as their longest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => String(row[column] ?? '').length)));
  const isNumeric = head.map((_, column) => rows.every((row) => /^-?[\d.]+$/.test(String(row[column] ?? ''))));
  const line = (cells: readonly (string | number)[]): string =>
    `    ${cells.map((cell, column) => (isNumeric[column] === true ? String(cell).padStart(widths[column] ?? 0) : String(cell).padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  say(line(head));
  for (const row of rows) say(line(row));
}
