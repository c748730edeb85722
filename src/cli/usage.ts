const synopsis = 'usage: coocenter-api [--config FILE] [COMMAND]';

/** Follows the error about a wrong command line. */
export const hint = `${synopsis}\n(coocenter-api --help says more)\n`;

/** Text of --help. */
export const usage = `${synopsis}

Without a command the daemon runs, until SIGTERM; SIGHUP re-reads the configuration.

  --config FILE    configuration to read (default /etc/api.conf)
  --check-config   say what is wrong with it, and end
  --version        print the version, and end
  --help           print this, and end

  check            look at the configuration, the running Asterisk, files and receivers, and say how to mend what is wrong
  token            print the token of today
  status           say how Asterisk, the receivers and the store do
  records          print the records (ivr, cdr, cc_cdr) that are kept, a line of JSON each
      --since CURSOR   those after the one with this cursor
      --event NAME     only ivr, cdr or cc_cdr, or several, joined by commas
      --limit N        at most so many
      --follow         go on with those that come, until Ctrl-C
  deliveries       what became of the records at the receivers, the newest first
      --state STATE    only pending, delivered or dead
      --receiver NAME  only those for [push.NAME]; URL: for that of [general]
      --event NAME     as above
      --limit N        at most so many (default 100)
      --json           a line of JSON each
  user             who may sign in: changes api.conf.d/users.conf, which a reload takes over
      add NAME         a new user; prints the password that it makes
      change NAME      another role or extension; their sessions end
      passwd NAME      another password, made and printed
      remove NAME      whose sessions end
      list             names, roles and extensions
      --role ROLE      agent (default of a new user), supervisor, admin or wallboard
      --extension EXT  an agent has one; '': none
      --stdin          the password is the line on standard input
  replay           send records again
      --id ID          the one with this webhook-id; may be given several times
      --from TIME      those taken since, such as '2026-11-25 08:20:56'
      --to TIME        until when
      --dead           those that were given up: all, or of these times
      --receiver NAME  as above
      --event NAME     as above

status, records, deliveries and replay ask the running daemon, by its Unix socket: as root, or as the group coocenter-api.
Exit code: 0 well; 1 it failed, or something is not well; 2 the command line is wrong.
`;
