import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../tidy/tree.js';
import { answers, begin, insertRides, openApplication } from './application.js';

const folders = join(ROOT, 'test', 'upgrade', 'folders');
const root = mkdtempSync(join(tmpdir(), 'millrace-upgrade-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(readdirSync(folders))('a folder that version %s has written is opened, and its queries go on as if nothing had been', async (version) => {
  const undisturbed = await openApplication(join(root, `${version}-undisturbed`));
  await begin(undisturbed);
  const folder = join(root, version);
  cpSync(join(folders, version), folder, { recursive: true });
  const upgraded = await openApplication(folder);
  try {
    await upgraded.engine.whenIdle();
    expect(await answers(upgraded)).toEqual(await answers(undisturbed));
    for (const local of [upgraded, undisturbed]) await insertRides(local, 12, 20);
    const after = await answers(upgraded);
    expect(after).toEqual(await answers(undisturbed));
    expect(after['TAKINGS']).toEqual(['["Lisbon",10,90]', '["Porto",10,100]']);
    expect(after['queries']?.filter((query) => query.endsWith('paused'))).toHaveLength(1);
    expect(after['PAIRS']?.length).toBeGreaterThan(10);
  } finally {
    await upgraded.engine.close();
    await undisturbed.engine.close();
  }
  // And once more, as this version leaves it.
  const again = await openApplication(folder);
  await again.engine.whenIdle();
  expect((await answers(again))['TAKINGS']).toEqual(['["Lisbon",10,90]', '["Porto",10,100]']);
  await again.engine.close();
});
