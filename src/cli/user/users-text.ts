import { readLines } from '../../config/lines.ts';
import { formatUser, parseUser, readUserName, type User, type Users } from '../../users/user.ts';

/** What the file begins with; the package makes it so. */
export const head = `; Who may sign in: name = role, extension, hash of the password. Written by \`coocenter-api user\`; role and extension may
; be changed here. \`systemctl reload coocenter-api\` takes it over.

[users]
`;

interface Written {
  /** From 0. */
  readonly line: number;
  /** As it stands there. */
  readonly key: string;
  readonly name: string;
  readonly user: User | string;
}

/** The users of a file's text; lines that are wrong are left out, and of two of a name the later one counts. */
export function usersIn(text: string): Users {
  const users = written(text).flatMap(({ user }) => (typeof user === 'string' ? [] : [[user.name, user] as const]));
  return new Map(users);
}

/** The names that have a line, right or wrong. */
export function namesIn(text: string): ReadonlySet<string> {
  return new Set(written(text).map(({ name }) => name));
}

/** What is wrong with the text, so that the daemon takes over none of its users; lines from 1. */
export function wrongLines(text: string): { readonly line: number; readonly text: string }[] {
  const users = written(text).flatMap(({ line, key, user }) =>
    typeof user === 'string' ? [{ line: line + 1, text: `[users] ${key}: ${user}` }] : [],
  );
  return [...readLines(text).problems, ...users].sort((one, other) => one.line - other.line);
}

/** The text with this user; all other lines stay as they are. */
export function withUser(text: string, user: User): string {
  const lines = linesOf(text === '' ? head : text);
  const of = written(text).filter(({ name }) => name === user.name);
  const last = of.at(-1);
  if (last !== undefined) {
    lines[last.line] = formatUser(user);
    return joined(lines.filter((_, index) => index === last.line || !of.some(({ line }) => line === index)));
  }
  const heading = readLines(text === '' ? head : text).sections.findLast(({ name }) => isOfUsers(name));
  if (heading === undefined) return joined([...lines, '', '[users]', formatUser(user)]);
  const after = written(text).at(-1)?.line ?? -1;
  lines.splice(Math.max(after + 1, heading.line), 0, formatUser(user));
  return joined(lines);
}

/** The text without the lines of a user. */
export function removed(text: string, name: string): string {
  const of = written(text).filter((one) => one.name === name);
  return joined(linesOf(text).filter((_, index) => !of.some(({ line }) => line === index)));
}

function written(text: string): Written[] {
  return readLines(text)
    .entries.filter(({ section }) => isOfUsers(section))
    .map(({ line, key, value }) => ({
      line: line - 1,
      key,
      name: readUserName(key) ?? '',
      user: parseUser(key, value),
    }));
}

function isOfUsers(section: string): boolean {
  return section.toLowerCase() === 'users';
}

/** Cut as `readLines` counts them, without the end of the last one. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
