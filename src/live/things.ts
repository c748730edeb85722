import { is, type ValueOf } from '../system/schema.ts';
import type { ThingKind } from './filter.ts';

/*
 * What readers are told of each sort of thing: the fields, documented in docs/stream.md, keep their names and are never
 * left out. Made when they are asked for, since only a documentation asks.
 */

/** A moment: whole seconds since 1970. */
const moment = (description: string) => is.integer(`${description}: seconds since 1970`);
const momentOrNone = (description: string) => is.nullable(moment(description), 'null: never, or not yet');

const extensionSchema = () =>
  is.object({
    extension: is.text('its number'),
    status: is.nullable(is.text('AST_EXTENSION bit field, as in `extensionstatus`'), 'null: it has no hint'),
    statusText: is.nullable(is.text('the same in words'), 'null: it has no hint'),
    devices: is.list(
      is.object({ device: is.text(), state: is.word(['idle', 'calling', 'ringing', 'talking', 'onhold']) }),
      'what the channels of each device show',
    ),
  });

const queueSchema = () =>
  is.object({
    queue: is.text('its name'),
    waiting: is.integer('callers that wait'),
    waitingSince: momentOrNone('since when the one waits that has waited longest'),
    members: is.integer('members that are logged in'),
    paused: is.integer('of these, those that are paused'),
    free: is.integer('those that could be rung now: neither paused nor in a call, with a phone that can be reached'),
  });

const memberSchema = () =>
  is.object({
    queue: is.text(),
    interface: is.text('as Asterisk has it'),
    extension: is.text('whose phone that is; empty: nobody’s'),
    name: is.text('the member’s name'),
    paused: is.boolean(),
    reason: is.text('why it is paused'),
    pausedSince: momentOrNone('since when it is paused'),
    status: is.integer('AST_DEVICE, 0 to 8'),
    inCall: is.boolean('it talks to a caller of this queue'),
    callsTaken: is.integer('calls that it answered here'),
    lastCall: momentOrNone('when the last of them ended'),
    penalty: is.text(),
    membership: is.text('static, dynamic or realtime'),
  });

const callerSchema = () =>
  is.object({
    queue: is.text('where it waits'),
    position: is.integer('1: the next one'),
    uniqueid: is.text('of its channel'),
    call: is.text('the key of its call; empty: unknown'),
    number: is.text(),
    name: is.text(),
    since: moment('since when it waits'),
  });

const legSchema = () =>
  is.object({
    uniqueid: is.text(),
    channel: is.text(),
    extension: is.text('empty: an outside party'),
    number: is.text(),
    name: is.text(),
    state: is.word(['calling', 'ringing', 'up'], 'calling: it called, and nobody has answered it'),
    since: moment('when its channel began'),
    answeredSince: momentOrNone('when it was answered'),
    onHold: is.boolean('it holds the others'),
  });

const callSchema = () =>
  is.object({
    call: is.text('its id: `uuid`, `linkedid` and `callId` of pushed events'),
    direction: is.word(['inbound', 'outbound', 'internal']),
    since: moment('when it began'),
    dialled: is.text('the number that its first channel dialled'),
    state: is.word(['open', 'ringing', 'answered'], 'open: the caller hears a menu, or waits'),
    answeredSince: momentOrNone('when somebody answered first'),
    legs: is.list(legSchema(), 'phones and outside lines that take part, oldest first'),
    menus: is.list(
      is.object({ id: is.text('as in `ivrId`'), context: is.text('in the dialplan') }),
      'those that its caller heard, in their order',
    ),
    queue: is.text('where its caller waits, or waited last; empty: in none'),
  });

/** An extension. */
export type ExtensionValue = ValueOf<typeof extensionSchema>;
/** What the channels of a device show. */
export type DeviceState = ExtensionValue['devices'][number]['state'];
/** A queue in numbers. */
export type QueueValue = ValueOf<typeof queueSchema>;
/** A member of a queue. */
export type MemberValue = ValueOf<typeof memberSchema>;
/** A caller that waits in a queue. */
export type CallerValue = ValueOf<typeof callerSchema>;
/** A phone or an outside line that takes part in a call. */
export type LegValue = ValueOf<typeof legSchema>;
/** A call that goes on. */
export type CallValue = ValueOf<typeof callSchema>;

/** The value of each sort of thing: JSON Schemas. */
export const thingSchemas = {
  extension: extensionSchema,
  queue: queueSchema,
  member: memberSchema,
  caller: callerSchema,
  call: callSchema,
} as const satisfies Record<ThingKind, () => unknown>;
