/** Fields with text that a caller chooses and Asterisk writes unchanged: a line end in it begins a line of the caller's. */
const callersText =
  /(?:Channel|CallerIDNum|CallerIDName|ConnectedLineNum|ConnectedLineName|Exten|Extension|AppData|ApplicationData|Data|DialString|Newname|Value|CallerID|Source|Destination|LastData|UserField|BridgeVideoSource|Forward|AccountID|Conference)$/;

/** Whether a field's value may be text that a caller chose. */
export function isCallersText(name: string): boolean {
  return callersText.test(name);
}

/** The fields of one kind of event in the order in which Asterisk writes them. A name that ends in `?` is optional. */
export class EventShape {
  readonly names: readonly string[];
  /** By index: whether this field may be absent. */
  readonly optional: readonly boolean[];
  /** By index: whether its value may be a caller's text. */
  readonly open: readonly boolean[];
  /** Whether the event is about one channel, named by its Uniqueid. */
  readonly hasUniqueid: boolean;
  readonly #known: ReadonlySet<string>;
  readonly #lastNeeded: number;

  constructor(fields: readonly string[]) {
    this.names = fields.map((field) => field.replace('?', ''));
    this.optional = fields.map((field) => field.endsWith('?'));
    this.open = this.names.map(isCallersText);
    this.#known = new Set(this.names);
    this.hasUniqueid = fields.includes('Uniqueid');
    this.#lastNeeded = this.optional.lastIndexOf(false);
  }

  /** Whether an event that ends before this field is incomplete. */
  needs(field: number): boolean {
    return field <= this.#lastNeeded;
  }

  /** Whether this kind of event has a field of this name. */
  knows(name: string): boolean {
    return this.#known.has(name);
  }
}
