import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBackup, encodeBackup, openEmbeddedBroker, restoreBackup, verifyLog, writeBackup, type BackupReport, type EmbeddedBroker, type RestoreResult } from '../broker/index.js';
import type { Env } from '../env/index.js';
import { RequestError } from '../errors/index.js';

export type { BackupReport, RestoreResult };

/** The bytes of a backup of a running engine. */
export async function backupStream(broker: EmbeddedBroker | null): Promise<AsyncGenerator<Buffer>> {
  if (broker === null) throw new RequestError('BAD_REQUEST', 'Only data in a folder can be backed up', { hint: 'Topics of Kafka are backed up there.' });
  return encodeBackup(await broker.backup());
}

/** Writes the bytes of a backup into a new folder, and reads all of it again. */
export function receiveBackup(destination: string, bytes: AsyncIterable<Uint8Array>): Promise<BackupReport> {
  return writeBackup(destination, decodeBackup(bytes));
}

/** Backs up a folder that no process has open; its queries are not started for it. */
export async function backupFolder(folder: string, destination: string, env: Omit<Env, 'metrics'>, processId: number): Promise<BackupReport> {
  if (!existsSync(join(folder, 'format.json'))) throw new RequestError('BAD_REQUEST', `${folder} is no data folder`, { hint: 'Name one with --data, or a server with --server.' });
  const broker = await openEmbeddedBroker({ ...env, folder, processId, maintenanceIntervalMs: null });
  try {
    return await writeBackup(destination, await broker.backup());
  } finally {
    await broker.close();
  }
}

export { restoreBackup, verifyLog };
