import type { RefusalKind } from '../../src/system/refusal.ts';
import { MessageCopy } from '../../src/ami/message-copy.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import type { AmiActions } from '../../src/ami/refusals.ts';
import { Control } from '../../src/control/control.ts';
import type { ControlDeps } from '../../src/control/deps.ts';
import { Picture } from '../../src/picture/picture.ts';
import { settings } from '../picture/messages.ts';

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** A message of Asterisk: `{ Event: 'Hangup', … }`, `{ Response: 'Success', … }`. */
export function message(fields: Readonly<Record<string, string>>): AmiMessage {
  return new MessageCopy(Object.entries(fields).flat());
}

/** `Response: Success` with a text; a text after `!` is an Error's. */
export function response(text: string): AmiMessage {
  return text.startsWith('!')
    ? message({ Response: 'Error', Message: text.slice(1) })
    : message({ Response: 'Success', Message: text });
}

/** What a refused API client is told: for `t.rejects`, which wants a message too. */
export function refusal(kind: RefusalKind): { kind: RefusalKind; message: RegExp } {
  return { kind, message: /./ };
}

/** What an action is answered: a message, the items of a list, or a failure of the connection. */
export type Answer = AmiMessage | readonly AmiMessage[] | Error;

/** Asterisk's manager as the verbs see it: answers by the name of the action, and remembers what it was asked. */
export class FakeAsterisk implements AmiActions {
  readonly asked: { readonly name: string; readonly fields: Fields }[] = [];
  /**
   * By the name of the action, of a function that Getvar asks for also by that (`Getvar PJSIP_ENDPOINT`); several answers
   * in turn, the last for ever. Default: `Success`, no items.
   */
  readonly answers = new Map<string, Answer[]>();

  answer(name: string, ...answers: Answer[]): this {
    this.answers.set(name, answers);
    return this;
  }

  /** The items of CoreShowChannels. */
  channels: () => readonly AmiMessage[] = () => [];

  /** How often an action was asked for. */
  count(name: string): number {
    return this.asked.filter((one) => one.name === name).length;
  }

  action: AmiActions['action'] = async (name, fields) => {
    const answer = await this.#take(name, fields ?? {});
    return answer instanceof Array ? response('') : answer;
  };

  list: AmiActions['list'] = async (name, fields) => {
    const answer = await this.#take(name, fields ?? {});
    return answer instanceof Array
      ? { response: response('list will follow'), items: [...answer] }
      : { response: answer, items: [] };
  };

  async #take(name: string, fields: Fields): Promise<AmiMessage | readonly AmiMessage[]> {
    this.asked.push({ name, fields });
    await Promise.resolve();
    const answers = this.answers.get(keyOf(name, fields)) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    if (answer === undefined && name === 'CoreShowChannels') return this.channels();
    return answer ?? response('');
  }
}

function keyOf(name: string, { Variable }: Fields): string {
  return name === 'Getvar' && typeof Variable === 'string' ? `${name} ${Variable.replace(/\(.*$/, '')}` : name;
}

/** What Getvar answers. */
export const value = (text: string): AmiMessage => message({ Response: 'Success', Value: text });

/** What was logged, by level. */
export type Logged = [level: string, text: string];

/** The phones of `deps`, and a trunk. */
export const endpoints = ['800', '801', '802', '803', 'trunk'].map((name) => ({
  technology: 'PJSIP' as const,
  name,
  address: 'registers' as const,
}));

/** All that a verb needs, with an empty picture that knows the phones 800 to 803 of PJSIP. */
export function deps(ami: AmiActions): ControlDeps & { readonly logged: Logged[] } {
  const picture = new Picture({ ...settings, trunks: ['PJSIP/trunk'] });
  picture.resync({ channels: [], queues: [], hints: [], endpoints }, 0);
  if (ami instanceof FakeAsterisk) {
    ami.channels = () =>
      [...picture.channels.values()].map(({ name: Channel, uniqueid: Uniqueid, bridge: BridgeId }) =>
        message({ Event: 'CoreShowChannel', Channel, Uniqueid, BridgeId }),
      );
  }
  const logged: Logged[] = [];
  const at =
    (level: string) =>
    (text: string): void => {
      logged.push([level, text]);
    };
  const log = { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
  const queueNow = async (Queue: string): Promise<void> => {
    picture.relistQueues((await ami.list('QueueStatus', { Queue })).items, Queue);
  };
  return {
    ami,
    picture,
    log,
    queueNow,
    clickContext: () => 'internal',
    internalContexts: () => ['internal'],
    outside: () => '',
    memberContext: () => '',
    logged,
  };
}

/** Asterisk lists these members of queue 630. */
export function listed(...members: readonly Readonly<Record<string, string>>[]): AmiMessage[] {
  const more = { Queue: '630', Paused: '0', Status: '1' };
  return [
    message({ Event: 'QueueParams', Queue: '630' }),
    ...members.map((member) => message({ Event: 'QueueMember', ...more, ...member })),
  ];
}

/** A phone's channel comes up in the picture, alone or in a bridge. */
export function up(picture: Picture, exten: string, uniqueid: string, bridge = ''): void {
  const own = {
    Channel: `PJSIP/${exten}-${uniqueid}`,
    ChannelState: '6',
    ChannelStateDesc: 'Up',
    CallerIDNum: exten,
    Uniqueid: uniqueid,
    Linkedid: uniqueid,
  };
  picture.apply(message({ Event: 'Newchannel', ...own }), 0);
  if (bridge !== '') picture.apply(message({ Event: 'BridgeEnter', ...own, BridgeUniqueid: bridge }), 0);
}

/** What a verb gets, on a dialplan that has every number. */
export function controlled(): { ami: FakeAsterisk; own: ReturnType<typeof deps>; control: Control } {
  const ami = new FakeAsterisk().answer('Getvar DIALPLAN_EXISTS', value('1'));
  const own = deps(ami);
  return { ami, own, control: new Control(own) };
}

/** 800 has a deskphone and a softphone, each with these contexts. */
export function twoPhones(
  contexts: readonly [string, string] = ['internal', 'internal'],
): ReturnType<typeof controlled> {
  const made = controlled();
  const hint = { Exten: '800', Context: 'internal', Hint: 'PJSIP/800&SIP/web800&Custom:DND800', Status: '0' };
  const state = [message({ Event: 'ExtensionStatus', ...hint, StatusText: 'Idle' })];
  made.own.picture.resync({ channels: [], queues: [], hints: state, endpoints }, 0);
  made.ami
    .answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/800/sip:800@192.168.12.4'))
    .answer('Getvar PJSIP_ENDPOINT', value(contexts[0]))
    // First its address, then its context.
    .answer('Getvar SIPPEER', value('192.168.12.5'), value(contexts[1]));
  return made;
}

/** The phones that were rung. */
export const rings = ({ asked }: FakeAsterisk): unknown[] =>
  asked.filter(({ name }) => name === 'Originate').map(({ fields }) => fields['Channel']);
