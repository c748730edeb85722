import { randomInt } from 'node:crypto';
import { hashPassword, passwordLength } from '../users/password.ts';
import {
  formatUser,
  isUserExtension,
  parseUser,
  readUserName,
  userExtensionAllowed,
  userNameAllowed,
  type User,
} from '../users/user.ts';
import { escapeControls } from '../system/control-characters.ts';
import { roles } from '../users/identity.ts';
import { loadConfig } from '../config/load.ts';
import { textOf, type Command, type CommandContext } from './command.ts';
import { CommandError, exit, UsageError } from './exit.ts';
import { changeUsersFile } from './user/users-file.ts';
import { namesIn, removed, usersIn, withUser } from './user/users-text.ts';

const verbs = 'add, change, passwd, remove or list';

/** Who may sign in. The daemon is not asked: it reads the file when it is told to reload. */
export const user: Command = async (context) => {
  const { config, words, io } = context;
  const [verb = '', name, ...none] = words;
  if (verb === 'list') {
    tellWrong(context.wrongUsers, io);
    if (name !== undefined) throw new UsageError(`list takes no '${name}'`);
    for (const { name, role, extension } of config.users.values()) {
      await io.out(`${name.padEnd(20)} ${role.padEnd(10)} ${extension}`.trimEnd() + '\n');
    }
    return exit.well;
  }
  if (!['add', 'change', 'passwd', 'remove'].includes(verb)) throw new UsageError(`what is to be done: ${verbs}?`);
  if (name === undefined || none.length > 0) throw new UsageError(`${verb} wants a name`);
  const known = readUserName(name);
  if (known === undefined) throw new UsageError(`the name must be ${userNameAllowed}`);
  if (verb === 'passwd' || verb === 'remove') refuseOptions(context, verb, ['role', 'extension']);
  if (verb === 'change' || verb === 'remove') refuseOptions(context, verb, ['stdin']);
  if (verb === 'remove') {
    await changeUsersFile(config.file, (text) => {
      // A line that is wrong can be removed too.
      if (!namesIn(text).has(known)) requireThere(context, text, known);
      return removed(text, known);
    });
  } else if (verb === 'change') {
    const { role, extension } = context.options;
    if (role === undefined && extension === undefined) throw new UsageError('change wants --role or --extension');
    asked(context.options, requireUser(context, known));
    await changeUsersFile(config.file, (text) =>
      withUser(text, asked(context.options, requireThere(context, text, known))),
    );
  } else {
    const added = verb === 'add' ? newUser(context, known) : undefined;
    if (added === undefined) requireUser(context, known);
    const password = context.options['stdin'] === true ? readPassword(await io.readInput()) : makePassword();
    const hash = await hashPassword(password);
    await changeUsersFile(config.file, (text) => {
      // Another command may have been quicker.
      if (added !== undefined && usersIn(text).has(known)) throw isThere(known);
      return withUser(text, { ...(added ?? requireThere(context, text, known)), hash });
    });
    if (context.options['stdin'] !== true) await io.out(`${password}\n`);
  }
  tellWrong(loadConfig(config.file).wrongUsers, io);
  io.err(`${known}: the daemon takes it over by: systemctl reload coocenter-api\n`);
  return exit.well;
};

/** Those that stand in other files than this command's own, which has none. */
function tellWrong(wrongUsers: readonly string[], io: CommandContext['io']): void {
  for (const wrong of wrongUsers) {
    io.err(`${escapeControls(wrong)}; nobody can sign in by this line, and a reload is refused until it is right\n`);
  }
}

function refuseOptions({ options }: CommandContext, verb: string, names: readonly string[]): void {
  for (const name of names) {
    if (options[name] !== undefined) throw new UsageError(`unknown option '--${name}' of user ${verb}`);
  }
}

function newUser({ config, options }: CommandContext, name: string): User {
  if (config.users.has(name)) throw isThere(name);
  return asked(options, { name, role: 'agent', extension: '', hash: anyHash });
}

/** A user with the role and extension of the command line. */
function asked(options: CommandContext['options'], before: User): User {
  const { name, hash } = before;
  const role = roles.find((one) => one === (textOf(options, 'role') ?? before.role));
  if (role === undefined) throw new UsageError(`--role is one of ${roles.join(', ')}`);
  const extension = textOf(options, 'extension') ?? before.extension;
  if (extension !== '' && !isUserExtension(extension)) throw new UsageError(`--extension is ${userExtensionAllowed}`);
  const user = { name, role, extension, hash };
  const [, value = ''] = formatUser(user).split(' = ');
  const read = parseUser(name, value);
  if (typeof read === 'string') throw new UsageError(`${read} (--role, --extension)`);
  return user;
}

function isThere(name: string): CommandError {
  return new CommandError(`${name} is there already: user passwd or remove`);
}

/** In the form of one, so that the rest of a line can be checked before a password is hashed. */
const anyHash = `scrypt:2:1:1:${'A'.repeat(22)}:${'A'.repeat(43)}`;

function requireUser({ config }: CommandContext, name: string): User {
  const found = config.users.get(name);
  if (found === undefined) throw new CommandError(`there is no user ${name}`);
  return found;
}

function requireThere(context: CommandContext, text: string, name: string): User {
  const found = usersIn(text).get(name);
  if (found !== undefined) return found;
  requireUser(context, name);
  throw new CommandError(`${name} does not stand in users.conf, but in another file: change it there`);
}

/** A line of UTF-8 without control characters: a password that no form can send is a mistake. */
function readPassword(input: string): string {
  const password = input.replace(/\r?\n$/, '');
  const { least, most } = passwordLength;
  const length = Array.from(password).length;
  if (length < least || password.length > most || /[\p{Cc}\uFFFD]/u.test(password)) {
    throw new UsageError(`the password on standard input must be one line of ${least} to ${most} characters`);
  }
  return password;
}

/** 78 bits, in letters and digits that are not taken for one another. */
function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
