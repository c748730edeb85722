/** Does something once, `wait` ms after it was first asked for; what is asked for in between is the same. */
export class Soon {
  readonly #wait: number;
  readonly #act: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(wait: number, act: () => void) {
    this.#wait = wait;
    this.#act = act;
  }

  ask(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#act();
    }, this.#wait);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
