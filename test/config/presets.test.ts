import t from 'tap';
import type { Config, Preset } from '../../src/config/config.ts';
import { dialplan } from '../../src/config/keys.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { presets } from '../../src/config/presets.ts';
import { glob } from '../../src/picture/glob.ts';
import { DialplanContexts } from '../../src/picture/dialplan-contexts.ts';

const dialplanOf = (text: string): Config['dialplan'] => {
  const { config, warnings } = parseConfig(`[dialplan]\n${text}`, 'api.conf');
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return config.dialplan;
};

/** What a context is to a caller, by the preset as api.conf names it. */
function meaning(preset: Preset, context: string): string {
  const settings = dialplanOf(`preset = ${preset}`);
  const places = new DialplanContexts(settings);
  const menu = places.menuOf(context);
  const found = [
    ...(menu === undefined ? [] : [`menu ${menu}`]),
    ...(places.isSurvey(context) ? ['survey'] : []),
    ...(places.isVoicemail(context) ? ['voicemail'] : []),
    ...(glob(settings.internal, context) ? ['internal'] : []),
  ];
  return found.join(', ');
}

/** The contexts that the generators of both make. */
const generated = {
  'from-internal': 'internal',
  'from-internal-xfer': 'internal',
  'from-internal-additional': 'internal',
  'ext-local': 'internal',
  'ivr-1': 'menu 1',
  'ivr-12': 'menu 12',
  'macro-vm': 'voicemail',
  'from-trunk': '',
  'from-pstn': '',
  'from-did-direct': '',
  'from-did-direct-ivr': '',
  'ext-did-0001': '',
  'ext-did-0002': '',
  'ext-queues': '',
  'from-queue': '',
  'from-queue-exten-only': '',
  'from-queue-exten-internal': '',
  'ext-group': '',
  'app-announcement-1': '',
  'app-blacklist-check': '',
  'app-blackhole': '',
  'app-vmmain': '',
  'dynroute-1': '',
  timeconditions: '',
  'sub-record-check': '',
  'sub-record-cancel': '',
  'macro-user-callerid': '',
  'macro-blkvm-clr': '',
  'macro-exten-vm': '',
  'macro-dial-one': '',
  'macro-hangupcall': '',
  'outrt-1': '',
  'macro-dialout-trunk': '',
} as const;

void t.test('contexts of FreePBX and Issabel: each is what it is and nothing else', (t) => {
  for (const preset of ['freepbx', 'issabel'] as const) {
    for (const [context, what] of Object.entries(generated)) t.equal(meaning(preset, context), what, context);
    t.equal(meaning(preset, 'survey-1'), 'survey', 'one of those that the assumption covers');
  }
  t.equal(meaning('issabel', 'sub-vm'), 'voicemail', 'of the generation without Macro()');
  t.equal(meaning('issabel', 'sub-exten-vm'), '');
  t.equal(meaning('issabel', 'sub-user-callerid'), '');
  t.equal(meaning('issabel', 'encuesta'), 'survey');
  t.equal(meaning('issabel', 'ivr_ventas'), 'menu ventas', 'one that was written by hand');
  t.equal(meaning('freepbx', 'from-internal-restricted'), '', 'a class of service');
  t.end();
});

void t.test('where numbers given to the API are dialled', (t) => {
  for (const preset of ['freepbx', 'issabel'] as const) {
    t.equal(dialplanOf(`preset = ${preset}`).click, 'from-internal-xfer', 'in from-internal every number exists');
    t.equal(dialplanOf(`preset = ${preset}\ninternal = from-internal, no-mobiles`).click, 'from-internal-xfer');
    t.equal(dialplanOf(`preset = ${preset}\nclick = api`).click, 'api');
    t.equal(dialplanOf(`preset = ${preset}\ninternal = phones`).click, 'phones');
  }
  t.equal(dialplanOf('preset = coocenter').click, 'internal');
  t.equal(dialplanOf('internal = a-*, phones').click, 'phones');
  t.end();
});

void t.test('every preset is what its own keys allow, so that a file may copy it', (t) => {
  for (const name of Object.keys(presets) as Preset[]) {
    const preset = presets[name];
    const settings = dialplanOf(`preset = ${name}`);
    for (const key of ['internal', 'ivr', 'feedback', 'voicemail'] as const) {
      t.ok(preset[key].length > 0, `${name} ${key}`);
      t.strictSame(dialplan[key].kind.read(preset[key].join(', ')), preset[key], `${name} ${key}`);
      t.strictSame(settings[key], preset[key], `${name} ${key}`);
    }
    t.equal(settings.click, preset.click, `${name}: what the API dials`);
  }
  t.end();
});

void t.test('a key that is written overrides its own of the preset, and no other', (t) => {
  const settings = dialplanOf('preset = FreePBX\nfeedback = encuesta-*, ivr-9\nclick = from-internal-api');
  t.equal(settings.preset, 'freepbx');
  t.strictSame(settings.feedback, ['encuesta-*', 'ivr-9']);
  t.equal(settings.click, 'from-internal-api');
  const { internal, ivr, voicemail } = presets.freepbx;
  t.match(settings, { internal, ivr, voicemail });
  t.end();
});
