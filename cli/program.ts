import { Command, Option } from 'commander';
import { VERSION } from '../src/env/index.js';
import { addDataCommands } from './command-line/data-commands.js';
import { collect, settingOption } from './command-line/options.js';
import { addMigrationCommands } from './command-line/migration-commands.js';
import { addOperationCommands } from './command-line/operation-commands.js';
import { addInstallationCommands, addProjectCommands } from './command-line/project-commands.js';
import { EXIT } from './exit-codes.js';

/** Parses the command line and runs one command; each command's code loads when it runs. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command('millrace')
    .description('Streaming SQL: streams, tables and persistent queries over topics.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    // Commands have options of the same names as the prompt: each takes those that stand behind it.
    .enablePositionalOptions()
    .addHelpText('after', '\nExamples:\n  millrace                                  SQL prompt, data in ./millrace-data\n  millrace -e "SHOW STREAMS;" --output json\n  millrace server --set listeners=http://127.0.0.1:8088\n  millrace sql http://127.0.0.1:8088');
  addPromptCommands(program);
  program
    .command('server')
    .description('serve the REST API')
    .argument('[file]', 'properties file with ksqlDB\'s names')
    .addOption(settingOption())
    .addHelpText('after', '\nExample:\n  millrace server server.properties --set ksql.streams.state.dir=/var/lib/millrace')
    .action(async (file: string | undefined, options: { readonly set: readonly string[] }) => {
      const { runServer } = await import('./commands/server.js');
      process.exitCode = await runServer(file ?? null, options.set);
    });
  addDataCommands(program);
  addProjectCommands(program);
  addOperationCommands(program);
  addMigrationCommands(program);
  addInstallationCommands(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error && 'code' in error) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const { reportError } = await import('./report-error.js');
    reportError(error);
    process.exitCode = EXIT.unreachable;
  }
}

interface PromptOptions {
  readonly execute?: string;
  readonly file?: string;
  readonly output: string;
  readonly data: string;
  readonly set: readonly string[];
  readonly define: readonly string[];
  readonly safe: boolean;
  readonly rc: boolean;
  readonly queryRowLimit?: string;
  readonly queryTimeout?: string;
  readonly configFile?: string;
}

const MODES = ['table', 'vertical', 'json', 'jsonl', 'csv', 'tsv', 'markdown', 'raw', 'TABULAR', 'JSON'];

function addPromptCommands(program: Command): void {
  const prompt = (command: Command): Command =>
    command
      .option('-e, --execute <sql>', 'run these statements and end')
      .option('-f, --file <path>', 'run the statements of a file and end')
      .addOption(new Option('--output <mode>', 'how rows are shown').choices(MODES).default('table'))
      .addOption(new Option('-d, --define <NAME=VALUE>', 'define a variable, used as ${NAME} (repeatable)').argParser(collect).default([]))
      .option('--config-file <path>', 'properties file with settings')
      .option('--query-row-limit <n>', 'end a push query after so many rows')
      .option('--query-timeout <ms>', 'end a push query after so long')
      .option('--safe', 'no local files, programs or other servers', false)
      .option('--no-rc', 'do not run the start file, millrace/rc.sql in the folder for settings')
      .addOption(settingOption());
  prompt(program)
    .option('--data <folder>', 'folder of the data', './millrace-data')
    .action(async (options: PromptOptions) => {
      const { runPrompt } = await import('./commands/prompt.js');
      process.exitCode = await runPrompt({ ...options, server: null });
    });
  prompt(program.command('sql'))
    .description('SQL prompt against a server')
    .argument('[url]', 'for example http://127.0.0.1:8088')
    .option('--profile <name>', 'a server of millrace/profiles.json in the folder for settings')
    .option('-u, --user <name>', 'user of basic authentication, also as user:password')
    .option('-p, --password <password>', 'its password; MILLRACE_PASSWORD keeps it out of the list of processes')
    .option('-t, --token <token>', 'bearer token')
    .addHelpText('after', '\nExamples:\n  millrace sql http://127.0.0.1:8088\n  millrace sql --profile prod -e "SHOW QUERIES;" --output json')
    .action(async (url: string | undefined, options: Omit<PromptOptions, 'data'> & ServerChoice) => {
      const { runPrompt } = await import('./commands/prompt.js');
      process.exitCode = await runPrompt({ ...options, data: '', server: { ...options, ...(url === undefined ? {} : { url }) } });
    });
}

interface ServerChoice {
  readonly profile?: string;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}
