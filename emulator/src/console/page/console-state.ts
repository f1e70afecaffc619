import type { Action, MachineDetail, MachineList, SessionInfo, Shown, TimelineEvent } from "../api-types.ts";

/** Everything that the page shows. Never changed in place. */
export interface ConsoleState {
  /** Undefined until that is known; null when nobody is logged in. */
  readonly session: SessionInfo | null | undefined;
  readonly busy: boolean;
  readonly loginError: string | undefined;
  readonly live: boolean;
  /** The emulator's clock. */
  readonly now: number;
  readonly search: string;
  readonly show: Shown;
  readonly page: number;
  readonly machines: MachineList | undefined;
  readonly events: readonly TimelineEvent[];
  /** Name of the machine whose page is open. */
  readonly selected: string | undefined;
  readonly detail: MachineDetail | undefined;
  readonly detailError: string | undefined;
  /** What waits for a yes. */
  readonly asked: { readonly machine: string; readonly action: Action } | undefined;
  /** Machines with an action under way. */
  readonly acting: ReadonlySet<string>;
  readonly notice: { readonly text: string; readonly bad: boolean } | undefined;
}

export const emptyState: ConsoleState = {
  session: undefined,
  busy: false,
  loginError: undefined,
  live: false,
  now: Date.now(),
  search: "",
  show: "all",
  page: 1,
  machines: undefined,
  events: [],
  selected: undefined,
  detail: undefined,
  detailError: undefined,
  asked: undefined,
  acting: new Set(),
  notice: undefined,
};
