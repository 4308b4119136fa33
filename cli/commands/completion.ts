import type { Command } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

interface Words {
  /** Names of the commands that lead here, without the program's. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly flags: readonly string[]; readonly description: string; readonly choices: readonly string[] }[];
}

/** Every command with what may follow it. */
function wordsOf(command: Command, path: readonly string[] = []): readonly Words[] {
  const own: Words = {
    path,
    commands: command.commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: [
      ...command.options.map((option) => ({ flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null), description: option.description, choices: option.argChoices ?? [] })),
      { flags: ['-h', '--help'], description: 'display help for command', choices: [] },
    ],
  };
  return [own, ...command.commands.flatMap((each) => wordsOf(each, [...path, each.name()]))];
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const flagsOf = ({ options }: Words): readonly string[] => options.flatMap((option) => option.flags);

function bash(all: readonly Words[]): string {
  const follows = all.map((words) => `    ${quoted(words.path.join(' '))}) words=${quoted([...words.commands.map((each) => each.name), ...flagsOf(words)].join(' '))} ;;`);
  const choices = all.flatMap((words) => words.options.filter((option) => option.choices.length > 0).flatMap((option) => option.flags.map((flag) => `    ${quoted(`${words.path.join(' ')} ${flag}`)}) words=${quoted(option.choices.join(' '))} ;;`)));
  const paths = all.filter((words) => words.path.length > 0).map((words) => quoted(words.path.join(' '))).join(' | ');
  return `# millrace completion for bash: eval "$(millrace completion bash)"
_millrace() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' next words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${path:+$path }\${COMP_WORDS[index]}"
    case "$next" in
    ${paths}) path="$next" ;;
    esac
  done
  case "$path $previous" in
${choices.join('\n')}
  esac
  [ -n "$words" ] || case "$path" in
${follows.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _millrace millrace
`;
}

function zsh(all: readonly Words[]): string {
  return `#compdef millrace
# millrace completion for zsh: eval "$(millrace completion zsh)"
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bash(all).split('\n').slice(1).join('\n')}`;
}

function fish(all: readonly Words[]): string {
  const lines = all.flatMap((words) => {
    const here = words.path.length === 0 ? '__fish_use_subcommand' : words.path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
    const commands = words.commands.map((each) => `complete -c millrace -n ${quoted(here)} -f -a ${each.name} -d ${quoted(each.description)}`);
    const options = words.options.map((option) => {
      const flags = option.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
      const choices = option.choices.length === 0 ? '' : ` -x -a ${quoted(option.choices.join(' '))}`;
      return `complete -c millrace -n ${quoted(here)} ${flags} -d ${quoted(option.description)}${choices}`;
    });
    return [...commands, ...options];
  });
  return `# millrace completion for fish: millrace completion fish | source\n${lines.join('\n')}\n`;
}

/** The script that teaches a shell the commands and options of this version. */
export function completionScript(program: Command, shell: Shell): string {
  const all = wordsOf(program);
  return { bash, zsh, fish }[shell](all);
}
