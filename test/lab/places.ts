/** A dialplan of the lab: the project's own kit, or one in the manner of FreePBX (`freepbx.ts`). */
export type Dialplan = 'kit' | 'freepbx';

/** The contexts that scenarios name, and what is dialled there. */
export interface Places {
  /** What phones dial in. */
  readonly phones: string;
  /** Where a call is handed on: a number that is not there is not there. */
  readonly transfers: string;
  /** Through which queues ring members that are no devices, and where the states of extensions are. */
  readonly members: string;
  readonly hints: string;
  readonly queues: string;
  /** Where a number outside is dialled as it is. */
  readonly outside: string;
  readonly survey: string;
  readonly voicemail: string;
  /** Feature code of features.conf that hangs up. */
  readonly hangupKeys: string;
}

const places: Readonly<Record<Dialplan, Places>> = {
  kit: {
    phones: 'internal',
    transfers: 'internal',
    members: 'internal',
    hints: 'internal',
    queues: 'queues',
    outside: 'outbound',
    survey: 'feedback',
    voicemail: 'voicemail',
    hangupKeys: '*',
  },
  freepbx: {
    phones: 'from-internal',
    transfers: 'from-internal-xfer',
    members: 'from-queue',
    hints: 'ext-local',
    queues: 'ext-queues',
    outside: 'ext-trunk',
    survey: 'feedback',
    voicemail: 'macro-vm',
    hangupKeys: '**',
  },
};

/** The contexts of a dialplan. */
export function placesOf(dialplan: Dialplan): Places {
  return places[dialplan];
}
