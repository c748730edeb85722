/** A record of a call as `GET records/search` has it. */
export interface CallRecord {
  readonly cursor: string;
  readonly id: string;
  readonly event: string;
  readonly time: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a line of the list shows of a record, whichever sort it is. */
export interface Line {
  readonly id: string;
  readonly start: string;
  readonly from: string;
  readonly to: string;
  /** The number that is outside. */
  readonly party: string;
  readonly queue: string;
  readonly agent: string;
  /** Seconds. */
  readonly wait: number;
  readonly talk: number;
  readonly missCause: string;
  readonly recording: string;
  readonly disposition: string;
}

/** A record as a line. */
export function lineOf({ id, event, time, body }: CallRecord): Line {
  const text = (field: string): string => {
    const value = body[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const isCall = event === 'cc_cdr';
  const from = text(isCall ? 'caller' : 'source');
  const to = text(isCall ? 'called' : 'destination');
  const isOut = text(isCall ? 'callType' : 'calltype').startsWith('out');
  return {
    id,
    start: text(isCall ? 'startTime' : 'starttime') || time,
    from,
    to,
    party: isOut ? to : from,
    queue: text('queueCode'),
    agent: text('agentCode'),
    wait: Number(text('queueTime')),
    talk: Number(text(isCall ? 'talkingTime' : 'billableseconds')),
    missCause: isCall ? text('missCause') : text('disposition') === 'ANSWERED' ? '' : text('disposition'),
    recording: text(isCall ? 'filePath' : 'recordfile'),
    disposition: isCall ? text('disposition') : '',
  };
}
