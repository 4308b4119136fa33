import { Option, type Command } from 'commander';

export const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

export const settingOption = (): Option => new Option('--set <NAME=VALUE>', 'set one property (repeatable)').argParser(collect).default([]);

/** Where a command works: on a data folder in this process, or through a server. */
export function withEngine(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the data, opened in this process', './millrace-data')
    .option('--server <url>', 'work through a running server instead')
    .option('-u, --user <user:password>', 'credentials of basic authentication')
    .addOption(settingOption());
}
