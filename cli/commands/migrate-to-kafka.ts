import { EXIT } from '../exit-codes.js';
import { createLog } from '../log.js';
import { readSettings } from '../read-settings.js';
import { reportError } from '../report-error.js';

export interface MoveCommand {
  readonly file: string | undefined;
  readonly data: string;
  readonly set: readonly string[];
}

const count = (value: number): string => value.toLocaleString('en');

/** `millrace migrate-to-kafka`: a data folder onto the cluster that a server's properties name. */
export async function runMigrateToKafka({ file, data, set }: MoveCommand): Promise<number> {
  const [{ moveToKafka, Settings }, { silentMetrics, systemClock, systemRandom }] = await Promise.all([import('../../src/engine/index.js'), import('../../src/env/index.js')]);
  const logger = createLog(process.env['LOG_LEVEL'] ?? 'error');
  try {
    const given = readSettings(file ?? null, set, process.env, (message) => logger.warn(message));
    const { topics, records, bytes, groups } = await moveToKafka({
      folder: data,
      settings: Settings.ofServer(given.map(({ name, value }) => [name, value])),
      env: { clock: systemClock(), random: systemRandom(), logger, metrics: silentMetrics },
      processId: process.pid,
      onPartition: ({ to, partition, records: carried, checksum }) => console.log(`${to} ${partition}: ${count(carried)} records, sha256 ${checksum.slice(0, 16)} on both sides`),
    });
    console.log(`moved ${count(topics)} topics, ${count(records)} records, ${count(bytes)} bytes and the positions of ${count(groups)} groups; start servers with these properties now, and none on ${data}`);
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  }
}
