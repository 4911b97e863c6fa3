import { AssayError } from '../errors.ts';
import { defineCommand, type Options } from './command.ts';
import { longFlag } from './words.ts';

export const command = defineCommand({
  options: { shell: { short: 's', value: 'bash|zsh', default: 'bash', description: 'for which shell' } },
  details: [
    'bash: assay completion -s bash > ~/.local/share/bash-completion/completions/assay',
    'zsh:  assay completion -s zsh > a file _assay in a folder of $fpath, before compinit',
  ].join('\n'),
  async run({ options, output }) {
    const { shell } = options;
    if (shell !== 'bash' && shell !== 'zsh') {
      throw new AssayError('ASSAY_CLI_VALUE', `--shell is ${shell}`, { hint: 'It is `bash` or `zsh`.' });
    }
    const { commands } = await import('./commands.ts');
    const table: [string, readonly string[]][] = [];
    for (const [name, entry] of Object.entries(commands)) {
      const { command } = await entry.load();
      table.push([name, switchesOf(command.options ?? {}, entry.dvc === true)]);
    }
    output.raw(
      shell === 'zsh' ? `#compdef assay\nautoload -U +X bashcompinit && bashcompinit\n${script(table)}` : script(table),
    );
    return 0;
  },
});

function switchesOf(options: Options, isShared: boolean): readonly string[] {
  const own = Object.entries(options).flatMap(([name, { short }]) => [
    longFlag(name),
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  return [...own, ...(isShared ? ['--quiet', '--verbose'] : []), '--json', '--help'];
}

/** The longest name of a command that was typed counts; what is no switch may be a file. */
function script(table: readonly (readonly [string, readonly string[]])[]): string {
  const names = table.map(([name]) => name);
  const groups = [...new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]!))];
  const next = (group: string) =>
    names.filter((name) => name.startsWith(`${group} `)).map((name) => name.split(' ')[1]!);
  const first = [...new Set(names.map((name) => name.split(' ')[0]!))];
  return `_assay() {
  local word="\${COMP_WORDS[COMP_CWORD]}" one="\${COMP_WORDS[1]}" two="\${COMP_WORDS[2]}" switches=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${first.join(' ')}' -- "$word"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$one" in
${groups.map((group) => `      ${group}) COMPREPLY=($(compgen -W '${next(group).join(' ')}' -- "$word")) ;;`).join('\n')}
    esac
    [ "\${#COMPREPLY[@]}" -gt 0 ] && return
  fi
  case "$one $two" in
${table
  .filter(([name]) => name.includes(' '))
  .map(([name, switches]) => `    '${name}') switches='${switches.join(' ')}' ;;`)
  .join('\n')}
  esac
  if [ -z "$switches" ]; then
    case "$one" in
${table
  .filter(([name]) => !name.includes(' '))
  .map(([name, switches]) => `      ${name}) switches='${switches.join(' ')}' ;;`)
  .join('\n')}
    esac
  fi
  case "$word" in -*) COMPREPLY=($(compgen -W "$switches" -- "$word")) ;; esac
}
complete -o default -F _assay assay
`;
}
