/** What a caller chooses and Asterisk writes as it came: a line end in it begins lines of the caller's own. */
const callersOwn =
  /(?:Channel|CallerIDNum|CallerIDName|ConnectedLineNum|ConnectedLineName|Exten|Extension|AppData|ApplicationData|Data|DialString|Newname|Value|CallerID|Source|Destination|LastData|UserField|BridgeVideoSource|Forward|AccountID)$/;

/** Whether a field's value may be a caller's own words. */
export function isCallersOwn(name: string): boolean {
  return callersOwn.test(name);
}

/** The fields of one kind of event, in the order in which Asterisk writes them; a name that ends in `?` may be absent. */
export class Shape {
  readonly names: readonly string[];
  /** By index: whether an event may be without this field. */
  readonly optional: readonly boolean[];
  /** By index: whether its value may be a caller's own words. */
  readonly open: readonly boolean[];
  /** Whether it is about one channel, which it names by its Uniqueid. */
  readonly hasUniqueid: boolean;
  readonly #known: ReadonlySet<string>;
  readonly #lastNeeded: number;

  constructor(fields: readonly string[]) {
    this.names = fields.map((field) => field.replace('?', ''));
    this.optional = fields.map((field) => field.endsWith('?'));
    this.open = this.names.map(isCallersOwn);
    this.#known = new Set(this.names);
    this.hasUniqueid = fields.includes('Uniqueid');
    this.#lastNeeded = this.optional.lastIndexOf(false);
  }

  /** Whether an event that ends before this field lacks one that it must have. */
  needs(field: number): boolean {
    return field <= this.#lastNeeded;
  }

  /** Whether this kind of event has a field of that name. */
  knows(name: string): boolean {
    return this.#known.has(name);
  }
}
