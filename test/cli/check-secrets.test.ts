import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { inEditableFiles, isGenerated } from '../../src/cli/check/editable.ts';
import { secretFindings } from '../../src/cli/check/secrets.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';

void t.test(
  'files with secrets that every user of the box can read or change are named, each with what mends it',
  (t) => {
    const dir = makeTemp();
    t.teardown(() => {
      removeTemp(dir);
    });
    const [file, part, key] = [join(dir, 'api.conf'), join(dir, 'api.conf.d/ami.conf'), join(dir, 'key.pem')];
    mkdirSync(join(dir, 'api.conf.d'));
    for (const one of [file, part, key]) writeFileSync(one, '', { mode: 0o640 });
    writeFileSync(join(dir, 'cert.pem'), '');
    const { config } = parseConfig(`[general]\nTLSKEY = ${key}\nTLSCERT = ${join(dir, 'cert.pem')}\n`, file);
    const named = (): string[] =>
      secretFindings(config).map(({ level, text }) => `${level} ${text.split(':')[0] ?? ''}`);
    chmodSync(dir, 0o755);
    chmodSync(join(dir, 'api.conf.d'), 0o755);
    t.strictSame(named(), ['ok secrets']);
    for (const one of [file, part, key]) {
      chmodSync(one, 0o644);
      t.strictSame(named(), [`warn ${one}`]);
      t.match(secretFindings(config)[0]?.mend, `chmod o-r ${one}`);
      chmodSync(one, 0o646);
      t.strictSame(named(), [`fail ${one}`]);
      chmodSync(one, 0o660);
    }
    chmodSync(part, 0o644);
    chmodSync(join(dir, 'api.conf.d'), 0o750);
    t.strictSame(named(), ['ok secrets'], 'nobody else gets into its folder');
    t.end();
  },
);

void t.test('FreePBX, Issabel: what they write anew is not what mends something', (t) => {
  t.ok(isGenerated('freepbx', () => false));
  t.ok(isGenerated('issabel', () => false));
  t.notOk(isGenerated('coocenter', () => false));
  t.ok(isGenerated('coocenter', (file) => file === '/etc/asterisk/manager_custom.conf'));
  for (const [mend, expected] of [
    ['[general] of manager.conf: timestampevents = yes', '[general](+) of manager_custom.conf: timestampevents = yes'],
    ['[coocenter-api] of manager.conf: read = cdr', '[coocenter-api] of manager_custom.conf: read = cdr'],
    ['[general] of cdr_manager.conf: enabled = yes', '[general] of cdr_manager.conf: enabled = yes'],
    ['[general] of logger.conf: queue_log = yes', 'logger_general_custom.conf: queue_log = yes'],
    [
      'extensions.conf, in the context of the phones: exten => 808,hint,SIP/808',
      'extensions_custom.conf, in [from-internal-custom]: exten => 808,hint,SIP/808',
    ],
  ] as const) {
    t.equal(inEditableFiles(mend), expected);
  }
  t.end();
});
