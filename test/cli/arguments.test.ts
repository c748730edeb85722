import fc from 'fast-check';
import t from 'tap';
import { parseArguments } from '../../src/cli/arguments.ts';
import { UsageError } from '../../src/cli/exit.ts';
import { usage } from '../../src/cli/usage.ts';

const plain = { config: '/etc/api.conf', version: false, help: false };

void t.test('no command is the daemon; options stand before and after a command', (t) => {
  t.strictSame(parseArguments([]), { ...plain, command: '', options: {}, words: [] });
  t.match(parseArguments(['--config', 'x', '--check-config']), { command: '', config: 'x' });
  t.match(parseArguments(['records', '--since', 'a-1', '--follow', '--config=x']), {
    command: 'records',
    config: 'x',
    options: { since: 'a-1', follow: true },
  });
  t.match(parseArguments(['--config', 'x', 'replay', '--id', 'a', '--id', 'b', '--dead']), {
    command: 'replay',
    options: { id: ['a', 'b'], dead: true },
  });
  t.match(parseArguments(['user', '--extension', '801', 'add', '--config=x', 'anna']), {
    command: 'user',
    words: ['add', 'anna'],
    options: { extension: '801' },
  });
  t.end();
});

void t.test('what is not known is named, with the nearest that is', (t) => {
  for (const [args, text] of [
    [['stauts'], "unknown command 'stauts' (nearest: status)"],
    [['frob'], "unknown command 'frob'"],
    [['--confgi', 'x'], "unknown option '--confgi' (nearest: --config)"],
    [['records', '--sicne', '1'], "unknown option '--sicne' of records (nearest: --since)"],
    [['status', '--since', '1'], "unknown option '--since' of status"],
    [['--since', '1'], "unknown option '--since'"],
    [['records', '--constructor'], "unknown option '--constructor' of records"],
    [['-x'], "unknown option '-x'"],
    [['user', 'add', 'anna', 'berta'], "user takes no 'berta'"],
    [['user', 'add', '--rloe', 'agent'], "unknown option '--rloe' of user (nearest: --role)"],
    [['token', 'token'], "token takes no 'token'"],
    [['status', '--check-config'], "unknown option '--check-config' of status"],
  ] as const) {
    t.throws(() => parseArguments(args), { name: 'UsageError', message: text }, args.join(' '));
  }
  for (const args of [['records', '--since'], ['--config'], ['records', '--follow=1'], ['--since=1']]) {
    t.throws(() => parseArguments(args), UsageError, args.join(' '));
  }
  t.end();
});

void t.test('any words are a command line or a UsageError', (t) => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('records', 'replay', '--id', '--since', '--', '-', '--config', '--dead', '--no-follow', '--help'),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (args) => {
      try {
        t.type(parseArguments(args).command, 'string');
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    }),
  );
  t.end();
});

void t.test('--help tells of every command, every option and the exit codes', (t) => {
  for (const word of ['check', 'token', 'status', 'records', 'deliveries', 'user', 'replay']) {
    t.match(usage, new RegExp(`^  ${word} `, 'm'), word);
  }
  for (const name of [
    'since',
    'event',
    'limit',
    'follow',
    'state',
    'receiver',
    'json',
    'id',
    'from',
    'to',
    'dead',
    'role',
    'extension',
    'stdin',
  ]) {
    t.match(usage, `--${name}`, name);
  }
  t.match(usage, /^Exit code: 0 .*; 1 .*; 2 /m);
  t.end();
});
