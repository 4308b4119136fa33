import { Argument, Option, type Command } from 'commander';
import type { ConfigCommand } from '../commands/config.js';
import type { TestCommand } from '../commands/test.js';
import { settingOption } from './options.js';

const jsonOption = (): Option => new Option('--output <mode>', 'how it is shown').choices(['text', 'json']).default('text');

/** Commands around the statements of a project. */
export function addProjectCommands(program: Command): void {
  program
    .command('test')
    .description('run SQL test scripts, and statements with inputs and outputs')
    .argument('[paths...]', 'files or folders: .sql with --@test: lines, or with .outputs.json beside it')
    .option('-s, --sql-file <file>', 'statements of one test')
    .option('-i, --input-file <file>', 'its input records; leave out where the statements insert')
    .option('-o, --output-file <file>', 'its expected records')
    .option('-e, --extension-dir <folder>', 'user functions')
    .option('--filter <text>', 'only tests whose name contains this')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--watch', 'run again whenever a file changes')
    .addOption(settingOption())
    .addHelpText('after', '\nExamples:\n  millrace test tests/ --junit results.xml\n  millrace test tests/orders.sql --watch\n  millrace test -s app.sql -i input.json -o output.json')
    .action(async (paths: readonly string[], options: Omit<TestCommand, 'paths'>) => {
      const { runTests } = await import('../commands/test.js');
      process.exitCode = await runTests({ ...options, paths });
    });
  program
    .command('types')
    .description('TypeScript types for the rows of the streams, tables and queries of a script')
    .argument('<file>', 'SQL; a query is named by a comment `-- name: TopPages` before it')
    .addHelpText('after', '\nExample:\n  millrace types app.sql > rows.ts')
    .action(async (file: string) => {
      const { runTypes } = await import('../commands/types.js');
      process.exitCode = await runTypes(file);
    });
}

/** Commands that tell about an installation. */
export function addInstallationCommands(program: Command): void {
  program
    .command('config')
    .description('look at the configuration')
    .command('print')
    .description('print every setting that a server would start with; secrets are hidden')
    .argument('[file]', 'properties file')
    .option('--origin', 'say where each value comes from')
    .option('--changed', 'only what was given by somebody')
    .addOption(jsonOption())
    .addOption(settingOption())
    .addHelpText('after', '\nExamples:\n  millrace config print server.properties --origin\n  millrace config print --changed --output json')
    .action(async (file: string | undefined, options: Omit<ConfigCommand, 'file'>) => {
      const { runConfigPrint } = await import('../commands/config.js');
      process.exitCode = runConfigPrint({ ...options, file: file ?? null });
    });
  program
    .command('doctor')
    .description('check whether a server can start here, and say what to do where not')
    .argument('[file]', 'properties file')
    .addOption(jsonOption())
    .addOption(settingOption())
    .addHelpText('after', '\nExample:\n  millrace doctor server.properties')
    .action(async (file: string | undefined, options: { readonly output: string; readonly set: readonly string[] }) => {
      const { runDoctor } = await import('../commands/doctor.js');
      process.exitCode = await runDoctor(file ?? null, options.set, options.output);
    });
  program
    .command('completion')
    .description('print the script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExamples:\n  eval "$(millrace completion bash)"\n  millrace completion fish > ~/.config/fish/completions/millrace.fish')
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../commands/completion.js');
      process.stdout.write(completionScript(program, shell));
    });
}
