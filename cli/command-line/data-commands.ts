import { Option, type Command } from 'commander';
import type { ExportCommand } from '../commands/export.js';
import type { DatagenCommand } from '../commands/datagen.js';
import type { ImportCommand } from '../commands/import.js';
import { withEngine } from './options.js';

const fileOf = (file: string | undefined): string | null => (file === undefined || file === '-' ? null : file);

/** Commands that move rows. */
export function addDataCommands(program: Command): void {
  withEngine(program.command('import'))
    .description('load rows of a file or of standard input into a stream, table or topic')
    .argument('<target>', 'stream, table, or topic')
    .argument('[file]', 'NDJSON or CSV; - or nothing: standard input')
    .addOption(new Option('--format <format>', 'default: what the name of the file says, else ndjson').choices(['ndjson', 'csv']))
    .option('--columns <names>', 'columns of a CSV file without a header line, by commas')
    .option('--delimiter <character>', 'between the cells of a CSV file; default a comma, for .tsv a tab')
    .addOption(new Option('--on-error <action>', 'what a row that does not fit does').choices(['stop', 'skip', 'log']).default('stop'))
    .option('--resume <name>', 'name of the import: given again, it goes on behind the last row that was committed')
    .addHelpText('after', '\nRows are JSON objects by column name; ROWTIME is the time of the record, "ROWTOMBSTONE": true deletes its key.\n\nExamples:\n  millrace import orders orders.ndjson --resume orders-1\n  millrace import orders orders.csv --server http://127.0.0.1:8088 --on-error log\n  generate | millrace import orders')
    .action(async (target: string, file: string | undefined, options: Omit<ImportCommand, 'target' | 'file'>) => {
      const { runImport } = await import('../commands/import.js');
      process.exitCode = await runImport({ ...options, target, file: fileOf(file) });
    });
  withEngine(program.command('datagen'))
    .description('make up rows of ksqlDB\'s quick starts, or of a schema of your own')
    .argument('[words...]', 'as ksql-datagen takes them: quickstart=orders iterations=100')
    .option('--quickstart <name>', 'orders, users, users_, pageviews, ratings, clickstream, clickstream_codes or clickstream_users')
    .option('--schema <file>', 'an Avro record (with arg.properties) or a JSON Schema object')
    .option('--stream <name>', 'stream that the rows go into; declared where it is not there. Default: the name of the schema')
    .option('--topic <name>', 'topic of a stream that is declared')
    .option('--key <field>', 'the field whose value is the key; it stays in the value too')
    .option('--timestamp <field>', 'the field that is the time of the record')
    .addOption(new Option('--format <format>', 'format of the values').default('JSON'))
    .addOption(new Option('--key-format <format>', 'format of the keys').default('KAFKA'))
    .option('--count <rows>', 'end after so many rows')
    .option('--rate <rows>', 'rows a second; default: as fast as they are taken')
    .option('--seed <number>', 'the same seed gives the same rows', '1')
    .option('--stdout', 'print the rows as JSON instead of writing them')
    .addHelpText('after', '\nExamples:\n  millrace datagen --quickstart orders --count 1000\n  millrace datagen --quickstart pageviews --rate 10 --server http://127.0.0.1:8088\n  millrace datagen --schema sensor.avsc --key id --stdout | head')
    .action(async (words: readonly string[], options: Omit<DatagenCommand, 'words'>) => {
      const { runDatagen } = await import('../commands/datagen.js');
      process.exitCode = await runDatagen({ ...options, words });
    });
  withEngine(program.command('export'))
    .description('write the records of a stream, table or topic as lines')
    .argument('<target>', 'stream, table, or topic')
    .argument('[file]', '- or nothing: standard output')
    .addOption(new Option('--format <format>', 'default: what the name of the file says, else ndjson').choices(['ndjson', 'csv']))
    .option('--delimiter <character>', 'between the cells of a CSV file', ',')
    .option('--from <time>', 'earliest, latest, epoch milliseconds or an ISO time', 'earliest')
    .option('--to <time>', 'leave out records from this time on')
    .option('--follow', 'go on with what is written later')
    .option('--limit <rows>', 'end after so many rows')
    .addOption(new Option('--metadata <columns>', 'what is written beside the columns: time and tombstone marks, or partition and offset too').choices(['none', 'usual', 'all']).default('usual'))
    .addOption(new Option('--on-error <action>', 'what a record that cannot be read does').choices(['stop', 'skip']).default('stop'))
    .option('--position <file>', 'keep in this file how far the export has come; given again, it goes on from there')
    .addHelpText('after', '\nExamples:\n  millrace export orders > orders.ndjson\n  millrace export orders orders.csv --from 2026-01-01T00:00:00Z --limit 1000\n  millrace export orders orders.ndjson --follow --position orders.position')
    .action(async (target: string, file: string | undefined, options: Omit<ExportCommand, 'target' | 'file'>) => {
      const { runExport } = await import('../commands/export.js');
      process.exitCode = await runExport({ ...options, target, file: fileOf(file) });
    });
}
