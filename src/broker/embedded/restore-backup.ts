import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BrokerError } from '../../errors/index.js';
import { prepareFolder } from './data-folder.js';
import { openLogDatabase } from './level-storage.js';
import { silentLogger } from '../../env/index.js';
import { readBackupReport, verifyLog, type BackupReport } from './write-backup.js';

export interface RestoreResult extends BackupReport {
  /** Where the data that was there has gone; null: there was none. */
  readonly movedTo: string | null;
}

/** Throws FOLDER_LOCKED while a process has the folder open. What is damaged may be replaced. */
async function requireUnused(folder: string): Promise<void> {
  try {
    prepareFolder(folder);
    const database = await openLogDatabase({ folder, logger: silentLogger, fsync: true, writeBufferBytes: 1 << 20, blockCacheBytes: 1 << 20, bulkBytes: 1 << 14, acceptDamage: true }, false);
    await database.close();
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'FOLDER_LOCKED') throw error;
  }
}

function freeName(folder: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${folder}.before-restore-${number}`;
    if (!existsSync(name)) return name;
  }
}

/**
 * Makes a data folder from a backup. Only the log is taken: stores are made anew from it at the next start, so no state of another
 * time can stand beside it. Data that is there is kept under another name, and only where `replaces` says so.
 */
export async function restoreBackup(backup: string, folder: string, replaces: boolean): Promise<RestoreResult> {
  const report = readBackupReport(backup);
  const target = resolve(folder);
  const isTaken = existsSync(target) && readdirSync(target).length > 0;
  if (isTaken && !replaces) throw new BrokerError(`The data folder ${folder} is not empty`, { retriable: false, hint: 'Give --force: what is there is kept under another name.' });
  if (isTaken) await requireUnused(target);
  const made = join(dirname(target), `.${basename(target)}.restoring`);
  rmSync(made, { recursive: true, force: true });
  try {
    for (const part of ['log', 'segments', 'format.json']) cpSync(join(backup, part), join(made, part), { recursive: true });
    await verifyLog(made);
    const movedTo = isTaken ? freeName(target) : null;
    if (movedTo === null) rmSync(target, { recursive: true, force: true });
    else renameSync(target, movedTo);
    renameSync(made, target);
    return { ...report, movedTo };
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
}
