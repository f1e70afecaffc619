import type { VNode } from "preact";
import type { Health, MachineRow, PowerWord } from "../api-types.ts";
import { ageText } from "./age-text.ts";
import { html } from "./html.ts";
import { words } from "./words.ts";

const TONES: Readonly<Record<PowerWord, string>> = {
  On: "good",
  Off: "still",
  Paused: "still",
  PoweringOn: "busy",
  PoweringOff: "busy",
  Unknown: "warn",
};
const HEALTH_TONES: Readonly<Record<Health, string>> = { OK: "good", Warning: "warn", Critical: "bad" };

/** States in colour and in words: neither is enough by itself. */
export const stateMarks = {
  power: (power: PowerWord): VNode =>
    html`<span class=${`mark ${TONES[power]}`}><span class="dot" aria-hidden="true"></span>${words.power[power]}</span>`,
  health: (health: Health): VNode =>
    html`<span class=${`mark ${HEALTH_TONES[health]}`}>${words.health[health]}</span>`,
  /** When the device told its power last. */
  readAge: ({ readAt }: MachineRow, now: number): string =>
    readAt === undefined ? "never read" : `read ${ageText(now - readAt)}`,
  boot: ({ boot: { target, enabled }, bootIsAdvisory }: MachineRow): string =>
    enabled === "Disabled" || target === "None"
      ? "Firmware decides"
      : `${target === "Pxe" ? "PXE" : target}, ${enabled === "Once" ? "once" : "each time"}${bootIsAdvisory ? " (advisory)" : ""}`,
} as const;
