import type { Command } from 'commander';
import type { BackupCommand } from '../commands/backup.js';
import type { MoveCommand } from '../commands/migrate-to-kafka.js';
import type { RunCommand } from '../commands/run.js';
import { settingOption } from './options.js';

/** Commands for those who run servers and queries. */
export function addOperationCommands(program: Command): void {
  program
    .command('run')
    .description('run the queries of a file on a data folder, without a server, until told to end')
    .argument('<file>', 'SET, CREATE … and INSERT INTO … SELECT statements')
    .option('--data <folder>', 'folder of the data', './millrace-data')
    .option('--force', 'also where the file says something else than what runs: what cannot go on begins anew')
    .option('--until-idle', 'end when everything there is has been processed')
    .addOption(settingOption())
    .addHelpText('after', '\nExamples:\n  millrace run app.sql --data /var/lib/millrace\n  millrace run app.sql --until-idle')
    .action(async (file: string, options: Omit<RunCommand, 'file'>) => {
      const { runFile } = await import('../commands/run.js');
      process.exitCode = await runFile({ ...options, file });
    });
  program
    .command('backup')
    .description('copy a data folder as it is at one moment, and check the copy; its server may go on')
    .argument('<destination>', 'a folder that does not exist yet')
    .option('--data <folder>', 'a folder that no process has open', './millrace-data')
    .option('--server <url>', 'the server that has the folder open')
    .option('-u, --user <user:password>', 'credentials of an administrator')
    .addHelpText('after', '\nExamples:\n  millrace backup /backups/monday --server http://127.0.0.1:8088\n  millrace backup /backups/monday --data ./millrace-data')
    .action(async (destination: string, options: Omit<BackupCommand, 'destination'>) => {
      const { runBackup } = await import('../commands/backup.js');
      process.exitCode = await runBackup({ ...options, destination });
    });
  program
    .command('restore')
    .description('make a data folder from a backup')
    .argument('<backup>', 'folder that `millrace backup` has made')
    .option('--data <folder>', 'the data folder to make', './millrace-data')
    .option('--force', 'also where there is one: it is kept under another name')
    .addHelpText('after', '\nExample:\n  millrace restore /backups/monday --data ./millrace-data --force')
    .action(async (backup: string, options: { readonly data: string; readonly force?: boolean }) => {
      const { runRestore } = await import('../commands/backup.js');
      process.exitCode = await runRestore(backup, options.data, options.force === true);
    });
  program
    .command('migrate-to-kafka')
    .description('carry a data folder that no process has open to a Kafka cluster; interrupted, it goes on when called again')
    .argument('[file]', 'properties file of the server that is to run on the cluster')
    .option('--data <folder>', 'the data folder', './millrace-data')
    .addOption(settingOption())
    .addHelpText('after', '\nExamples:\n  millrace migrate-to-kafka server.properties --data ./millrace-data\n  millrace migrate-to-kafka --set bootstrap.servers=127.0.0.1:9092 --set ksql.service.id=default_')
    .action(async (file: string | undefined, options: Omit<MoveCommand, 'file'>) => {
      const { runMigrateToKafka } = await import('../commands/migrate-to-kafka.js');
      process.exitCode = await runMigrateToKafka({ ...options, file });
    });
}
