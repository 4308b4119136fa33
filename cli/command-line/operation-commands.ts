import type { Command } from 'commander';
import type { BackupCommand } from '../commands/backup.js';

/** Commands for those who run servers. */
export function addOperationCommands(program: Command): void {
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
}
