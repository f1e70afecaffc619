import { createLogUpdate } from "log-update";
import type { LabObjects } from "./watch.ts";
import { type ViewInput, watchView } from "./watch-view.ts";

/** As many of the last changes are shown below the tables. */
const shownChanges = 6;

/**
 * The terminal view of `lab watch`, drawn anew in its place. log-update, which listr2 brings along, does the drawing: it knows
 * what a narrow or low terminal makes of the lines that it has to take back, and gives the cursor back whatever ends us.
 */
export class WatchScreen {
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #history: ViewInput["history"];
  readonly #changes: string[] = [];
  #look: LabObjects = { hosts: [], machines: [], clusters: [], owners: [] };

  constructor(stream: NodeJS.WriteStream, history: ViewInput["history"]) {
    this.#log = createLogUpdate(stream);
    this.#history = history;
  }

  /** A line of what changed. */
  say(line: string): void {
    this.#changes.push(line);
    this.#changes.splice(0, this.#changes.length - shownChanges);
  }

  /** Draws what a look found. */
  draw(look: LabObjects): void {
    this.#look = look;
    this.#show();
  }

  /** Draws what was known last, and that nothing new is. */
  away(reason: string): void {
    this.#show(reason);
  }

  /** Leaves the last picture where it is. */
  end(): void {
    this.#log.done();
  }

  #show(away?: string): void {
    const input = { ...this.#look, now: new Date(), history: this.#history, log: this.#changes };
    this.#log(watchView(away === undefined ? input : { ...input, away }));
  }
}
