import { glob } from './glob.ts';

/** The contexts of the dialplan that mean something to a call record, as api.conf `[dialplan]` names them. */
export interface DialplanSettings {
  /** Patterns, `*` matches anything. */
  readonly ivr: readonly string[];
  readonly feedback: readonly string[];
  readonly voicemail: readonly string[];
  /** Channel variable that holds the score of the survey; `''`: none is configured. */
  readonly scoreVariable: string;
}

/** Contexts that are remembered at most: a dialplan has some hundreds. */
const mostContexts = 10_000;

/** What the contexts of the dialplan are. Every step of every call asks, so the answers are kept. */
export class DialplanContexts {
  #settings: DialplanSettings;
  readonly #menus = new Map<string, string | undefined>();
  readonly #surveys = new Map<string, boolean>();

  constructor(settings: DialplanSettings) {
    this.#settings = settings;
  }

  /** Takes a re-read configuration. */
  configure(settings: DialplanSettings): void {
    this.#settings = settings;
    this.#menus.clear();
    this.#surveys.clear();
  }

  /** The id of a context's menu, `undefined` for other contexts: `ivr-610` by the pattern `ivr-*` is 610. */
  menuOf(context: string): string | undefined {
    if (!this.#menus.has(context)) {
      if (this.#menus.size >= mostContexts) this.#menus.clear();
      this.#menus.set(context, this.#idOf(context));
    }
    return this.#menus.get(context);
  }

  isSurvey(context: string): boolean {
    let is = this.#surveys.get(context);
    if (is === undefined) {
      if (this.#surveys.size >= mostContexts) this.#surveys.clear();
      this.#surveys.set(context, (is = glob(this.#settings.feedback, context)));
    }
    return is;
  }

  isVoicemail(context: string): boolean {
    return glob(this.#settings.voicemail, context);
  }

  /** Whether a variable is the score: the configured one, or the one that the shipped dialplan sets. */
  isScore(variable: string): boolean {
    return variable === 'COOCENTER_SCORE' || (variable !== '' && variable === this.#settings.scoreVariable);
  }

  #idOf(context: string): string | undefined {
    // A context that api.conf names as survey is no menu, even if its name matches a menu's pattern.
    if (this.isSurvey(context)) return undefined;
    const pattern = this.#settings.ivr.find((one) => glob([one], context));
    if (pattern === undefined) return undefined;
    const star = pattern.indexOf('*');
    // With more than one star it is not clear which part is the id.
    if (star < 0 || pattern.includes('*', star + 1)) return context;
    const id = context.slice(star, context.length - (pattern.length - star - 1));
    return id === '' ? context : id;
  }
}
