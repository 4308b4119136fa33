import { Settings } from '../../src/engine/index.js';
import { examine, type Finding } from '../doctor/checks.js';
import { EXIT } from '../exit-codes.js';
import { readSettings } from '../read-settings.js';
import { reportError } from '../report-error.js';

const MARK = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const;

/** `millrace doctor`: whether a server could start here with these settings, and what to do where not. */
export async function runDoctor(file: string | null, set: readonly string[], output: string): Promise<number> {
  let findings: readonly Finding[];
  try {
    const warnings: Finding[] = [];
    const warn = (message: string): void => void warnings.push({ check: 'settings', state: 'warning', found: message, fix: 'Correct the name; `millrace config print` lists all.' });
    const given = readSettings(file, set, process.env, warn);
    findings = [...warnings, ...(await examine(Settings.ofServer(given.map(({ name, value }) => [name, value] as const))))];
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  if (output === 'json') console.log(JSON.stringify(findings, null, 2));
  else for (const { check, state, found, fix } of findings) console.log(`${MARK[state]} ${check}: ${found}${fix === null ? '' : `\n        → ${fix}`}`);
  return findings.some((finding) => finding.state === 'failed') ? EXIT.failed : EXIT.done;
}
