import type { JsonSchema, Schema } from '../system/schema.ts';

/** What the documentation says of an event as a receiver gets it. */
export interface EventDoc {
  /** Its name in the format. */
  readonly name: string;
  readonly class: 'record' | 'signal';
  /** When it is pushed, with the clause of the contract. */
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly samples: readonly unknown[];
}

/** An event with the schema that its body's type is made of; the samples are of that type. */
export function eventDoc<T extends { readonly event: string }>(
  name: T['event'],
  doc: Pick<EventDoc, 'class' | 'summary'> & { readonly schema: Schema<T>; readonly samples: readonly NoInfer<T>[] },
): EventDoc {
  return { name, ...doc };
}
