import { parseArguments, type Arguments } from './cli/arguments.ts';
import { exit, UsageError } from './cli/exit.ts';
import { hint, usage } from './cli/usage.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import type { Loaded } from './config/parse.ts';
import { ConfigError } from './config/parse.ts';
import { Daemon } from './daemon.ts';
import type { Log } from './system/log.ts';
import { createLog } from './system/log.ts';
import { createNotify } from './system/notify.ts';
import { coalesce } from './system/coalesce.ts';
import { version } from './version.ts';

/** Loads the configuration; `undefined` if it has errors, which are printed on standard error. */
function load(file: string): Loaded | undefined {
  try {
    return loadConfig(file);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    for (const problem of cause.problems) process.stderr.write(`${problem}\n`);
    return undefined;
  }
}

/** Warns that authentication is off (contract §1.1): some boxes want it so. */
function tellIfOpen({ general }: Config, log: Log): void {
  if (general.webkey === '') log.warning('no WEBKEY is set: whoever reaches the port may command this box');
}

async function run(file: string): Promise<void> {
  const loaded = load(file);
  if (loaded === undefined) {
    process.exitCode = exit.failed;
    return;
  }
  const { config } = loaded;
  const log = createLog(config.general.logLevel);
  for (const warning of loaded.warnings) log.warning(warning);
  for (const wrong of loaded.wrongUsers) log.warning(`${wrong}; nobody can sign in by this line`);
  const daemon = new Daemon({ config, log, version: version(), notify: createNotify() });
  const started = daemon.start();
  const reload = async (): Promise<void> => {
    let next: Loaded;
    try {
      next = loadConfig(file);
      // Better ones were read before: a line that was damaged signs nobody out.
      if (next.wrongUsers.length > 0) throw new ConfigError(next.wrongUsers);
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause;
      for (const problem of cause.problems) log.error(problem);
      log.error('the configuration was not re-read: the old one goes on');
      return;
    }
    for (const warning of next.warnings) log.warning(warning);
    await daemon.reload(next.config);
    log.setLevel(next.config.general.logLevel);
    log.info('the configuration was re-read');
    tellIfOpen(next.config, log);
  };
  // Installed before the daemon is up, since an unhandled SIGHUP ends the process.
  process.on(
    'SIGHUP',
    coalesce(() =>
      started.then(reload).catch((cause: unknown) => {
        log.error('the configuration could not be taken over', cause);
      }),
    ),
  );
  try {
    await started;
  } catch (cause) {
    log.error(`coocenter-api cannot start: ${cause instanceof Error ? cause.message : String(cause)}`);
    process.exitCode = exit.failed;
    return;
  }
  log.info(`coocenter-api ${version()} listens on ${config.general.bindAddr} port ${config.general.bindPort}`);
  tellIfOpen(config, log);
  let stopping = false;
  const stop = (): void => {
    // Ctrl-C may arrive twice (from the terminal and from npm): the second must not cut the stop short.
    if (stopping) return;
    stopping = true;
    log.info('stopping');
    daemon.stop().then(
      () => process.exit(0),
      (cause: unknown) => {
        log.error('the stop went wrong', cause);
        process.exit(exit.failed);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // An uncaught exception is our bug: log it, and keep the calls going.
  process.on('uncaughtException', (cause) => {
    log.error('unexpected', cause);
  });
}

async function main(): Promise<void> {
  // Ignore EPIPE: reporting it would raise it again.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let args: Arguments;
  try {
    args = parseArguments(process.argv.slice(2));
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    process.stderr.write(`coocenter-api: ${cause.message}\n${hint}`);
    process.exitCode = exit.misused;
    return;
  }
  const { command, config, options } = args;
  if (args.help) process.stdout.write(usage);
  else if (args.version) process.stdout.write(`coocenter-api ${version()}\n`);
  else if (command !== '') {
    // Loaded lazily: the daemon does not pay memory for the commands.
    const [{ runCommand }, { processIo }] = await Promise.all([import('./cli/run.ts'), import('./cli/io.ts')]);
    process.exitCode = await runCommand(command, args, processIo());
  } else if (options['check-config'] === true) {
    const loaded = load(config);
    const { warnings = [], wrongUsers = [] } = loaded ?? {};
    for (const remark of [...warnings, ...wrongUsers]) process.stderr.write(`${remark}\n`);
    if (loaded === undefined || wrongUsers.length > 0) process.exitCode = exit.failed;
    else process.stdout.write(`${config}: no errors\n`);
  } else await run(config);
}

void main();
