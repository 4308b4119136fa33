import type { Command } from 'commander';
import type { ApplyCommand } from '../commands/migrations.js';
import { collect } from './options.js';

// Loaded when one of them runs.
const load = async () => import('../commands/migrations.js');

/** `millrace migrations`, with the commands and options of ksql-migrations. */
export function addMigrationCommands(program: Command): void {
  const migrations = program
    .command('migrations')
    .description('versions of the statements of a server, as ksql-migrations keeps them')
    .option('-c, --config-file <file>', 'ksql-migrations.properties of the project')
    .addHelpText('after', '\nExamples:\n  millrace migrations new-project orders http://127.0.0.1:8088\n  millrace migrations -c orders/ksql-migrations.properties initialize-metadata\n  millrace migrations -c orders/ksql-migrations.properties create Add_orders\n  millrace migrations -c orders/ksql-migrations.properties apply --all');
  // The configuration may stand before or behind the command.
  const configured = (name: string, description: string): Command => migrations.command(name).description(description).option('-c, --config-file <file>', 'ksql-migrations.properties of the project');
  const configOf = (options: { readonly configFile?: string }): string | undefined => options.configFile ?? migrations.opts<{ readonly configFile?: string }>().configFile;
  migrations
    .command('new-project')
    .description('make the folder of a project')
    .argument('<path>')
    .argument('<server-url>')
    .action(async (path: string, url: string) => {
      process.exitCode = await (await load()).runNewProject(path, url);
    });
  configured('initialize-metadata', 'create the stream and the table that remember what was applied').action(async (options: { readonly configFile?: string }) => {
    process.exitCode = await (await load()).runInitialize(configOf(options));
  });
  configured('create', 'make an empty file for the next version')
    .argument('<description>')
    .option('-v, --version <number>', 'this version instead')
    .action(async (description: string, options: { readonly configFile?: string; readonly version?: string }) => {
      process.exitCode = await (await load()).runCreate(configOf(options), description, options.version);
    });
  configured('apply', 'apply versions in order')
    .option('-a, --all', 'all that are left')
    .option('-n, --next', 'the next one')
    .option('-u, --until <version>', 'all up to this one')
    .option('-v, --version <version>', 'this one')
    .option('--dry-run', 'show what would be run')
    .option('-d, --define <NAME=VALUE>', 'define a variable (repeatable)', collect, [])
    .option('--headers <file>', 'properties file of HTTP headers')
    .action(async (options: ApplyCommand & { readonly configFile?: string }) => {
      process.exitCode = await (await load()).runApply(configOf(options), options);
    });
  configured('info', 'show versions and their states').action(async (options: { readonly configFile?: string }) => {
    process.exitCode = await (await load()).runInfo(configOf(options));
  });
  configured('validate', 'compare the files with what was applied').action(async (options: { readonly configFile?: string }) => {
    process.exitCode = await (await load()).runValidate(configOf(options));
  });
  configured('destroy-metadata', 'drop the stream and the table; what was applied stays').action(async (options: { readonly configFile?: string }) => {
    process.exitCode = await (await load()).runDestroy(configOf(options));
  });
}
