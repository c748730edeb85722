import { todaysToken } from './ask.ts';
import type { Command } from './command.ts';
import { CommandError, exit } from './exit.ts';

/** Prints the token of today (contract §2). */
export const token: Command = async ({ config, io }) => {
  const { webkey } = config.general;
  if (webkey === '')
    throw new CommandError(`no WEBKEY is set in ${config.file}: there is no token, and none is needed`);
  await io.out(`${todaysToken(webkey, new Date())}\n`);
  return exit.well;
};
