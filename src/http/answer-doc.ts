import { is, type JsonSchema, type Schema } from '../system/schema.ts';

/** One kind of answer that a route gives, as its documentation tells it. */
export interface AnswerDoc {
  /** 200 unless it says otherwise. */
  readonly status?: number;
  readonly description: string;
  /** Media type of the body: JSON unless it says otherwise. `''`: there is no body. */
  readonly type?: string;
  readonly schema?: JsonSchema;
  /** Whole bodies. */
  readonly examples?: readonly unknown[];
}

/** What a route refuses: by status the messages, `…` where something stands that differs. */
export type Refusals = Readonly<Partial<Record<number, readonly string[]>>>;

/** The refusals of several parts of a route as one. */
export function together(...all: readonly Refusals[]): Refusals {
  const messages: Record<number, readonly string[]> = {};
  for (const refusals of all) {
    for (const [status, more = []] of Object.entries(refusals)) {
      messages[Number(status)] = [...(messages[Number(status)] ?? []), ...more];
    }
  }
  return messages;
}

/**
 * An answer made by `success` (contract §4): its message (one text, several that are possible, or a schema for those
 * that differ), the schema of its `data`, and samples of data, each of which makes an example.
 */
export function succeeds<T>(
  message: string | readonly [string, ...string[]] | Schema<string> | undefined,
  data?: Schema<T>,
  ...samples: readonly NoInfer<T>[]
): AnswerDoc {
  const messageSchema =
    typeof message === 'string' ? is.word([message]) : isWords(message) ? is.word(message) : message;
  const messages = typeof message === 'string' ? [message] : isWords(message) ? message : examplesOf(message);
  const schema = is.object({
    status: is.word(['success']),
    ...(messageSchema !== undefined && { message: messageSchema }),
    ...(data !== undefined && { data }),
  });
  const head = { status: 'success', ...(messages[0] !== undefined && { message: messages[0] }) };
  const examples =
    data === undefined
      ? messages.map((text) => ({ ...head, message: text }))
      : samples.map((sample) => ({ ...head, data: sample }));
  return { description: messages.join(', ') || 'Success', schema, examples };
}

function isWords(message: unknown): message is readonly [string, ...string[]] {
  return Array.isArray(message);
}

function examplesOf(message: JsonSchema | undefined): readonly string[] {
  return (message?.['examples'] as readonly string[] | undefined) ?? [];
}
