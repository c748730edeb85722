/** A call that is over. */
export interface PastCall {
  readonly uuid: string;
  /** Time of the box: `2026-11-29 14:03:09`. */
  readonly time: string;
  readonly direction: 'inbound' | 'outbound' | 'internal';
  /** Of the other side. */
  readonly number: string;
  readonly queue: string;
  /** Extension of the agent. */
  readonly agent: string;
  /** Seconds of conversation; 0: there was none. */
  readonly talked: number;
  /** What came of it; `''`: nobody said. */
  readonly disposition: string;
}

/** A record, as `GET records/search` has it. */
export interface Stored {
  readonly event: string;
  readonly callId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls at most. */
export const mostCalls = 20;

/** One of each call: its `cc_cdr`, which tells more, before any row of its `cdr`, of which the longest counts. */
export function merged(records: readonly Stored[]): readonly PastCall[] {
  const calls = new Map<string, { readonly call: PastCall; readonly isWhole: boolean }>();
  for (const { event, callId, body } of records) {
    const isWhole = event === 'cc_cdr';
    if (!isWhole && event !== 'cdr') continue;
    const call = isWhole ? ofQueue(callId, body) : ofRow(callId, body);
    const known = calls.get(callId);
    const counts =
      known === undefined || (isWhole ? !known.isWhole : !known.isWhole && call.talked > known.call.talked);
    if (counts) calls.set(callId, { call, isWhole });
  }
  return [...calls.values()]
    .map(({ call }) => call)
    .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
    .slice(0, mostCalls);
}

type Body = Stored['body'];

const text = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

function ofQueue(uuid: string, body: Body): PastCall {
  const type = text(body, 'callType');
  return {
    uuid,
    time: text(body, 'startTime'),
    direction: type === 'incoming' ? 'inbound' : type === 'outgoing' ? 'outbound' : 'internal',
    number: text(body, 'caller'),
    queue: text(body, 'queueCode'),
    agent: text(body, 'agentCode'),
    talked: Number(text(body, 'talkingTime')) || 0,
    disposition: text(body, 'disposition'),
  };
}

function ofRow(uuid: string, body: Body): PastCall {
  const type = text(body, 'calltype');
  const direction = type === 'inbound' || type === 'outbound' ? type : 'internal';
  const isInbound = direction === 'inbound';
  return {
    uuid,
    time: text(body, 'starttime'),
    direction,
    number: text(body, isInbound ? 'source' : 'destination'),
    queue: '',
    agent: text(body, isInbound ? 'destination' : 'source'),
    talked: text(body, 'disposition') === 'ANSWERED' ? Number(text(body, 'billableseconds')) || 0 : 0,
    disposition: '',
  };
}
