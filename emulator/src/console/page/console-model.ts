import type { Action, MachineDetail, MachineList, SessionInfo, Shown, TimelineEvent } from "../api-types.ts";
import { ApiError, ask } from "./console-api.ts";
import { type ConsoleState, emptyState } from "./console-state.ts";
import { LiveFeed } from "./live-feed.ts";
import { words } from "./words.ts";

/** The pause in typing after which a search is asked for. */
const TYPING_MS = 200;
/** How long after a feed that ended another is tried. */
const RETRY_MS = 3_000;

/** What the page knows and what people can do with it; tells whenever something is to be drawn anew. */
export class ConsoleModel {
  state: ConsoleState = emptyState;
  readonly #draw: () => void;
  #feed: LiveFeed | undefined;
  /** Of the emulator's clock to the browser's. */
  #offset = 0;
  #timer = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  async start(): Promise<void> {
    addEventListener("hashchange", () => this.#go());
    setInterval(() => this.#set({ now: Date.now() + this.#offset }), 1_000);
    await this.#restore();
  }

  async login(username: string, password: string): Promise<void> {
    this.#set({ busy: true, loginError: undefined });
    try {
      const session = await ask<SessionInfo>("POST", "session", { username, password });
      this.#set({ session, busy: false, notice: undefined });
      this.#go();
    } catch (error) {
      this.#set({ busy: false, loginError: textOf(error) });
    }
  }

  async logout(): Promise<void> {
    try {
      await ask("DELETE", "session");
      this.#forget("You are logged out.");
    } catch (error) {
      this.#set({ notice: { text: textOf(error), bad: true } });
    }
  }

  search(search: string): void {
    this.#set({ search, page: 1 });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#listen(), TYPING_MS);
  }

  show(show: Shown): void {
    this.#set({ show, page: 1 });
    this.#listen();
  }

  turnTo(page: number): void {
    this.#set({ page });
    this.#listen();
  }

  /** Asks before it acts; what changes nothing is done at once. */
  want(machine: string, action: Action): void {
    if (this.state.session?.mayAct !== true) {
      const text = `Refused: your role ${this.state.session?.role ?? ""} may look at machines, not act on them.`;
      this.#set({ notice: { text, bad: true } });
    } else if (this.state.acting.has(machine)) {
      const text = `${machine} is busy with the action before.`;
      this.#set({ notice: { text, bad: false } });
    } else if (action === "read") void this.#act(machine, action);
    else this.#set({ asked: { machine, action }, notice: undefined });
  }

  answer(yes: boolean): void {
    const { asked } = this.state;
    this.#set({ asked: undefined });
    if (yes && asked) void this.#act(asked.machine, asked.action);
  }

  dismiss(): void {
    this.#set({ notice: undefined });
  }

  async #act(machine: string, action: Action): Promise<void> {
    const name = words.action[action];
    const acting = (busy: boolean): ReadonlySet<string> => {
      const rest = [...this.state.acting].filter((other) => other !== machine);
      return new Set(busy ? [...rest, machine] : rest);
    };
    this.#set({ acting: acting(true), notice: { text: `${machine}: ${name} …`, bad: false } });
    try {
      await ask("POST", `machines/${encodeURIComponent(machine)}/actions`, { action });
      this.#set({ acting: acting(false), notice: { text: `${machine}: ${name} – accepted.`, bad: false } });
    } catch (error) {
      this.#set({ acting: acting(false), notice: { text: `${machine}: ${textOf(error)}`, bad: true } });
      if (error instanceof ApiError && error.status === 401) this.#forget(textOf(error));
    }
  }

  async #restore(): Promise<void> {
    try {
      this.#set({ session: await ask<SessionInfo>("GET", "session") });
      this.#go();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        this.#set({ session: null });
      } else {
        this.#set({ live: false, notice: { text: textOf(error), bad: true } });
        setTimeout(() => void this.#restore(), RETRY_MS);
      }
    }
  }

  /** To the page that the address names. */
  #go(): void {
    const name = /^#\/machines\/([^/]+)$/.exec(location.hash)?.[1];
    const selected = name === undefined ? undefined : decodeURIComponent(name);
    if (selected !== this.state.selected) {
      this.#set({ selected, detail: undefined, detailError: undefined, asked: undefined });
    }
    this.#listen();
  }

  #listen(): void {
    this.#feed?.close();
    const { session, selected, search, show, page } = this.state;
    if (!session) return;
    const query = new URLSearchParams(
      selected === undefined ? { search, show, page: String(page) } : { machine: selected },
    );
    this.#feed = new LiveFeed({
      query,
      parts: ["machines", "events", "machine"],
      onPart: (part, { now, content }) => this.#take(part, now, content),
      onState: (state) => {
        if (state === "ended") void this.#comeBack();
        this.#set({ live: state === "live" });
      },
    });
    // The feed asks no device; this does, where what is known is old.
    if (selected !== undefined) void this.#refresh(selected);
  }

  async #refresh(name: string): Promise<void> {
    try {
      const { now, content } = await ask<{ now: number; content: MachineDetail }>(
        "GET",
        `machines/${encodeURIComponent(name)}`,
      );
      if (this.state.selected === name) this.#take("machine", now, content);
    } catch (error) {
      if (this.state.selected === name) this.#set({ detailError: textOf(error) });
    }
  }

  #take(part: string, now: number, content: unknown): void {
    this.#offset = now - Date.now();
    if (part === "machines") this.#set({ now, machines: content as MachineList });
    else if (part === "events") this.#set({ now, events: content as readonly TimelineEvent[] });
    else this.#set({ now, detail: content as MachineDetail, detailError: undefined });
  }

  /** After a feed has ended: either the login has, or the emulator is away for a while. */
  async #comeBack(): Promise<void> {
    try {
      await ask("GET", "session");
      setTimeout(() => this.#listen(), RETRY_MS);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#forget(textOf(error));
      else setTimeout(() => this.#listen(), RETRY_MS);
    }
  }

  #forget(loginError: string): void {
    this.#feed?.close();
    this.#set({ ...emptyState, session: null, loginError, now: this.state.now });
  }

  #set(change: Partial<ConsoleState>): void {
    this.state = { ...this.state, ...change };
    this.#draw();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
