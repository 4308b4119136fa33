import { EXIT } from '../exit-codes.js';
import { reportError } from '../report-error.js';

export interface BackupCommand {
  readonly destination: string;
  readonly data: string;
  readonly server?: string;
  readonly user?: string;
}

const size = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

async function takeBackup({ destination, data, server, user }: BackupCommand): Promise<{ readonly batches: number; readonly bytes: number }> {
  const { backupFolder, receiveBackup } = await import('../../src/engine/index.js');
  if (server !== undefined) {
    const { HttpClient } = await import('../../src/client/index.js');
    return receiveBackup(destination, await new HttpClient({ url: server, ...(user === undefined ? {} : { credentials: user }) }).backup());
  }
  const { silentLogger, systemClock, systemRandom } = await import('../../src/env/index.js');
  return backupFolder(data, destination, { clock: systemClock(), random: systemRandom(), logger: silentLogger }, process.pid);
}

/** `millrace backup`: a consistent copy of a data folder, of a running server or of an idle folder. */
export async function runBackup(command: BackupCommand): Promise<number> {
  try {
    const { batches, bytes } = await takeBackup(command);
    console.log(`backed up to ${command.destination}: ${batches.toLocaleString('en')} batches, ${size(bytes)}, all of it read again and whole`);
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  }
}

/** `millrace restore`: a data folder from a backup. */
export async function runRestore(backup: string, data: string, force: boolean): Promise<number> {
  const { restoreBackup } = await import('../../src/engine/index.js');
  try {
    const { bytes, movedTo } = await restoreBackup(backup, data, force);
    console.log(`restored ${size(bytes)} to ${data}; stores are rebuilt at the next start${movedTo === null ? '' : `; what was there is in ${movedTo}`}`);
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  }
}
