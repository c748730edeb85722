import { changeUser, conferences, conferenceUsers, lockConference } from '../../control/conferences.ts';
import { joinConference } from '../../control/join-conference.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { onlyOwn, requireOwn } from '../own.ts';
import { extension, list, text } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { RouteDeps } from './deps.ts';
import { whileUp } from './deps.ts';

const base = '/coocenter-api/plugin-asterisk/conference';

/** A conference's name, as the dialplan gives it to ConfBridge(). */
const confnum = text('[0-9A-Za-z_.-]{1,40}', '1 to 40 of 0-9 A-Z a-z _ . -');

/** A channel of a conference, as conf-info names it. */
const channel = text('[!-~]{1,128}', 'a channel, as conf-info names it');

const yesNo = () => is.word(['Yes', 'No']);

const conferenceSchema = () =>
  is.object({
    conference: is.text('its name'),
    parties: is.text('how many are in it'),
    marked: is.text('how many of them are marked users'),
    locked: yesNo(),
    muted: yesNo(),
    id: is.text('its name again'),
  });
const conferenceSample: ValueOf<typeof conferenceSchema> = {
  conference: '1585642185',
  parties: '2',
  marked: '0',
  locked: 'No',
  muted: 'No',
  id: '1585642185',
};

const userSchema = () =>
  is.object({
    conference: is.text('its name'),
    admin: yesNo(),
    markeduser: yesNo(),
    muted: yesNo(),
    channel: is.text('for mute-user, unmute-user and kick-user'),
    answeredtime: is.text('in seconds'),
    calleridnum: is.text(),
    calleridname: is.text(),
    id: is.text('the channel’s unique id'),
    exten: is.text('empty for who is no extension of the box'),
  });
const userSample: ValueOf<typeof userSchema> = {
  conference: '1585642185',
  admin: 'No',
  markeduser: 'No',
  muted: 'No',
  channel: 'SIP/1002-0000000d',
  answeredtime: '6834',
  calleridnum: '1002',
  calleridname: '1002',
  id: '1585642180.13',
  exten: '1002',
};

const joinedSchema = () =>
  is.object({
    status: is.word(['success']),
    message: is.list(
      is.object({ exten: is.text(), status: is.text('`Success` for an extension that is rung, else the reason') }),
    ),
  });
const joinedSample: ValueOf<typeof joinedSchema> = {
  status: 'success',
  message: [
    { exten: '1002', status: 'Success' },
    { exten: '899', status: 'Extension does not exist.' },
  ],
};

const noConference = 'No Conference by that name found.';
const noChannel = 'No Channel by that name found in Conference.';

/** Most extensions that join by one request. */
const mostJoining = 50;

function stateRoutes({ control }: RouteDeps): Route[] {
  return [
    route({
      methods: ['GET', 'POST'],
      path: `${base}/conf-list`,
      summary: 'Conferences that go on (§5.2)',
      role: 'supervisor',
      answer: () => succeeds(undefined, is.list(conferenceSchema()), [conferenceSample]),
      handle: async () => {
        const all = await conferences(control);
        return success(
          undefined,
          all.map(({ name, ...rest }) => ({ conference: name, ...rest, id: name })),
        );
      },
    }),
    route({
      methods: ['POST', 'GET'],
      path: `${base}/conf-info`,
      summary: 'Who is in a conference (§5.2)',
      role: 'supervisor',
      params: { confnum },
      meanings: { confnum: 'the conference' },
      answer: () => succeeds('Confbridge user list will follow', is.list(userSchema()), [userSample]),
      refuses: { 404: [noConference] },
      handle: async (values) => {
        const users = await conferenceUsers(control, values.confnum);
        return success(
          'Confbridge user list will follow',
          users.map((user) => ({
            conference: values.confnum,
            admin: user.admin,
            markeduser: user.marked,
            muted: user.muted,
            channel: user.channel,
            answeredtime: user.answeredTime,
            calleridnum: user.callerIdNum,
            calleridname: user.callerIdName,
            id: user.uniqueid,
            exten: user.exten,
          })),
        );
      },
    }),
  ];
}

function changeRoutes({ control }: RouteDeps): Route[] {
  const users = [
    ['Mute', 'mute-user', 'Nobody in the conference hears this channel any more (§5.2)'],
    ['Unmute', 'unmute-user', 'This channel is heard again (§5.2)'],
    ['Kick', 'kick-user', 'Put a channel out of the conference (§5.2)'],
  ] as const;
  const locks = [
    ['Lock', 'lock-conf', 'Let nobody else into a conference (§5.2)'],
    ['Unlock', 'unlock-conf', 'Let others into a conference again (§5.2)'],
  ] as const;
  return [
    ...users.map(([change, path, summary]) =>
      route({
        methods: ['POST'],
        path: `${base}/${path}`,
        summary,
        role: 'supervisor',
        params: { confnum, channel },
        meanings: { confnum: 'the conference', channel: 'who in it' },
        answer: () => succeeds(`${change} user success`),
        refuses: { 404: [noConference, noChannel] },
        handle: async (values) => {
          await changeUser(control, change, values.confnum, values.channel);
          return success(`${change} user success`);
        },
      }),
    ),
    ...locks.map(([change, path, summary]) =>
      route({
        methods: ['POST'],
        path: `${base}/${path}`,
        summary,
        role: 'supervisor',
        params: { confnum },
        meanings: { confnum: 'the conference' },
        answer: () => succeeds(`${change} conference success`),
        refuses: { 404: [noConference] },
        handle: async (values) => {
          await lockConference(control, change, values.confnum);
          return success(`${change} conference success`);
        },
      }),
    ),
  ];
}

function joinRoute({ control }: RouteDeps): Route {
  return route({
    methods: ['POST'],
    path: `${base}/join-conf`,
    summary: 'Ring extensions, each of which is in the conference when it is picked up (§5.2)',
    role: 'agent',
    params: { confnum, extensions: list(extension, mostJoining) },
    meanings: {
      confnum: 'the conference; it begins with the first who joins',
      extensions: 'the extensions that are rung; of an agent, the own',
    },
    answer: () => ({
      description: 'What became of each extension',
      schema: joinedSchema(),
      examples: [joinedSample],
    }),
    refuses: { ...onlyOwn, 404: ['Extension does not exist.'] },
    handle: async (values, { identity }) => {
      for (const exten of values.extensions) requireOwn(identity, exten);
      return {
        body: { status: 'success', message: await joinConference(control, values.confnum, values.extensions) },
      };
    },
  });
}

/** Contract §5.2: conferences. */
export function conferenceRoutes(deps: RouteDeps): Route[] {
  return whileUp(deps, [...stateRoutes(deps), joinRoute(deps), ...changeRoutes(deps)]);
}
