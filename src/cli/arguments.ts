import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { UsageError } from './exit.ts';

const everywhere = {
  config: { type: 'string', default: '/etc/api.conf' },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const texts = { type: 'string', multiple: true } as const;

type Option = typeof text | typeof flag | typeof texts;
type Options = Readonly<Record<string, Option>>;

/** The commands, each with its own options; `''` is the daemon. */
const commands = {
  '': { 'check-config': flag },
  check: {},
  token: {},
  status: {},
  records: { since: text, event: text, limit: text, follow: flag },
  deliveries: { state: text, receiver: text, event: text, limit: text, json: flag },
  user: { role: text, extension: text, stdin: flag },
  replay: { id: texts, from: text, to: text, dead: flag, receiver: text, event: text },
} as const satisfies Record<string, Options>;

/** Words that a command takes besides options; none where it is not named. */
const mostWords: Readonly<Partial<Record<keyof typeof commands, number>>> = { user: 2 };

export type CommandName = keyof typeof commands;

/** Values of a command's options, by their names on the command line; those that are not given are absent. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** A command line, taken apart. */
export interface Arguments {
  readonly command: CommandName;
  readonly config: string;
  readonly version: boolean;
  readonly help: boolean;
  readonly options: OptionValues;
  /** What stands behind the command and is no option. */
  readonly words: readonly string[];
}

/**
 * Takes a command line apart.
 * @throws {UsageError} that names what is not known, with the nearest that is, and what lacks a value
 */
export function parseArguments(args: readonly string[]): Arguments {
  const own: Options = Object.assign({}, ...Object.values(commands)) as Options;
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...everywhere, ...own },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const [first = '', ...words] = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []));
  const known: Options = isCommand(first) ? commands[first] : own;
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(everywhere, token.name) || Object.hasOwn(known, token.name)) continue;
    const candidates = [...Object.keys(everywhere), ...Object.keys(known)].map((name) => `--${name}`);
    const where = first === '' || !isCommand(first) ? '' : ` of ${first}`;
    throw new UsageError(`unknown option '${token.rawName}'${where}${meant(token.rawName, candidates)}`);
  }
  if (!isCommand(first)) throw new UsageError(`unknown command '${first}'${meant(first, Object.keys(commands))}`);
  const extra = words[mostWords[first] ?? 0];
  if (extra !== undefined) throw new UsageError(`${first} takes no '${extra}'`);
  try {
    const { values } = parseArgs({ args: [...args], options: { ...everywhere, ...known }, allowPositionals: true });
    const { config, version, help, ...options } = values;
    return { command: first, config, version, help, options, words };
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

function meant(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined || near === '' ? '' : ` (nearest: ${near})`;
}
