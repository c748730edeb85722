import type { Mode, Push, Receiver } from '../lab/receiver.ts';

/** What can be wrong with a receiver. */
export interface Ill {
  readonly name: string;
  readonly begin: (receiver: Receiver) => Promise<void> | void;
  /** Default: it is well again. */
  readonly end?: (receiver: Receiver) => Promise<void>;
}

const answering = (mode: Receiver['mode']) => (receiver: Receiver) => {
  receiver.mode = mode;
};
const status = (code: number, headers?: Readonly<Record<string, string>>): Ill['begin'] =>
  answering({ do: 'status', status: code, ...(headers === undefined ? {} : { headers }) });

/** As whoever runs it restarts it: requests that it never answered end. */
export async function restart(receiver: Receiver): Promise<void> {
  await receiver.down();
  receiver.mode = { do: 'ok' };
  await receiver.up();
}

/** A receiver that refuses one record, the first `cc_cdr` that comes, `times` times, and takes all others. */
export class Refusal {
  /** Its id, once it came. */
  id: string | undefined;
  /** How often it was refused. */
  refused = 0;
  /** Records that came after it. */
  others = 0;
  readonly #times: number;

  constructor(times: number) {
    this.#times = times;
  }

  readonly mode = ({ headers, json }: Push): Mode => {
    const id = String(headers['webhook-id']);
    if (json['event'] === 'cc_cdr') this.id ??= id;
    if (this.id !== id) {
      if (this.id !== undefined && ['cdr', 'ivr', 'cc_cdr'].includes(String(json['event']))) this.others++;
      return { do: 'ok' };
    }
    return this.refused < this.#times ? (this.refused++, { do: 'status', status: 500 }) : { do: 'ok' };
  };
}

const refusingOne: Ill['begin'] = (receiver) => {
  receiver.mode = new Refusal(1).mode;
};

/** Everything that a customer's server may do. */
export const ills: readonly Ill[] = [
  { name: 'down', begin: (receiver) => receiver.down(), end: restart },
  { name: '500', begin: status(500) },
  { name: '404', begin: status(404) },
  { name: '302', begin: answering({ do: 'redirect', to: 'http://127.0.0.1:9/elsewhere' }) },
  { name: '429 with Retry-After', begin: status(429, { 'retry-after': '2' }) },
  { name: 'accepting and never answering', begin: answering({ do: 'never' }), end: restart },
  { name: 'closing in the middle of its answer', begin: answering({ do: 'cut' }) },
  { name: 'closing instead of an answer', begin: answering({ do: 'hang-up' }) },
  { name: 'closing in the middle of the request', begin: answering({ do: 'cut-request' }) },
  {
    name: 'refusing one',
    begin: refusingOne,
  },
  { name: 'slow, 2 s each', begin: answering({ do: 'slow', milliseconds: 2_000 }) },
];
