import type { Preset } from './config.ts';

/** What `[dialplan] preset` stands for; each key of `[dialplan]` that is written in the file overrides its own. */
export interface PresetValues {
  /** Contexts of the phones, and of the hints that tell their states. */
  readonly internal: readonly string[];
  /**
   * Context in which numbers given to the API are dialled, as long as the first of `internal` is that of the preset.
   */
  readonly click: string;
  readonly ivr: readonly string[];
  readonly feedback: readonly string[];
  readonly voicemail: readonly string[];
  /**
   * Context through which queues ring their members (`Local/808@<context>/n`); `''`: they ring the phones themselves.
   */
  readonly memberContext: string;
}

/**
 * FreePBX up to 17. Read in its generators (repositories FreePBX/ivr, queues, core and callrecording, versions of 2.x
 * and later) and in logs of running systems of version 16 and 17 (FreePBX/issue-tracker); the names did not change:
 *
 * - phones are in `from-internal`, hints in `ext-local`;
 * - `from-internal` is `from-internal-xfer` and, behind it, patterns for every number there is that announce that it is
 *   none (`bad-number`). In `from-internal-xfer`, where their own transfers dial, a number that is none does not exist;
 * - a menu is `ivr-<id>`; keys, `i`, `t` and `return` are its extensions, what it includes is shown under its name;
 * - queues are `ext-queues`; menus and queues go into subroutines and come back (`sub-record-check`, `macro-blkvm-clr`,
 *   `macro-user-callerid`: in 17 they are called by Gosub and have kept their names);
 * - a caller comes to a mailbox in `macro-vm`, by VoiceMail() only;
 * - members are `Local/<extension>@from-queue/n` with the state `hint:<extension>@ext-local`.
 *
 * The survey is an assumption: FreePBX has none, it is written by hand in extensions_custom.conf.
 */
const freepbx: PresetValues = {
  // Full names, no pattern: other contexts that begin so are classes of service that an administrator made.
  internal: ['from-internal', 'from-internal-xfer', 'from-internal-additional', 'from-internal-custom', 'ext-local'],
  click: 'from-internal-xfer',
  ivr: ['ivr-*'],
  feedback: ['feedback', 'feedback-*', 'survey', 'survey-*'],
  voicemail: ['macro-vm'],
  memberContext: 'from-queue',
};

/**
 * Issabel. Read in IssabelFoundation/issabelPBX (ivr, queues, core, blacklist), its own fork of FreePBX: the same
 * names, but that the later of its two generations of the dialplan, without Macro(), has `sub-vm`,
 * `sub-user-callerid`, `sub-blkvm-clr`; menus that are written by hand are `ivr_<name>` there. The survey is an
 * assumption here too: Issabel's queues lead a caller to a place of one's choice when the agent hangs up (QUEUESTATUS
 * is CONTINUE then), whose name nobody prescribes.
 */
const issabel: PresetValues = {
  ...freepbx,
  ivr: [...freepbx.ivr, 'ivr_*'],
  feedback: [...freepbx.feedback, 'encuesta', 'encuesta-*'],
  voicemail: ['macro-vm', 'sub-vm'],
};

/** The context names of a stock distribution. */
export const presets: Readonly<Record<Preset, PresetValues>> = {
  coocenter: {
    internal: ['internal', 'from-internal'],
    click: 'internal',
    ivr: ['ivr', 'ivr-*'],
    feedback: ['feedback', 'feedback-*'],
    voicemail: ['voicemail', 'voicemail-*'],
    memberContext: '',
  },
  freepbx,
  issabel,
};
