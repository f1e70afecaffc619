import type { VNode } from "preact";
import { html } from "./html.ts";

const WIDTH = 96;
const HEIGHT = 22;
/** Below this all is well: the scale does not make mountains of it. */
const LEAST_SCALE_MS = 100;

/** How long a device's last calls took, as a small curve with a mark for each failed one, and in words. */
export function latencyCurve(latency: readonly number[]): VNode {
  const good = latency.filter((each) => each >= 0);
  const failed = latency.length - good.length;
  if (latency.length === 0) return html`<span class="muted">no calls yet</span>`;
  const scale = Math.max(LEAST_SCALE_MS, ...good);
  const x = (index: number): number => 2 + (index * (WIDTH - 4)) / Math.max(1, latency.length - 1);
  const y = (took: number): number => HEIGHT - 2 - (Math.max(0, took) / scale) * (HEIGHT - 4);
  const points = latency.flatMap((took, index) =>
    took < 0 ? [] : [`${x(index).toFixed(1)},${y(took).toFixed(1)}`],
  );
  const middle = [...good].sort((one, other) => one - other)[Math.floor(good.length / 2)];
  const text = [
    middle === undefined ? "no answer" : inWords(middle),
    failed > 0 ? `${Math.round((failed / latency.length) * 100)}% failed` : "",
  ].filter(Boolean);
  return html`
    <span class="curve">
      <svg width=${WIDTH} height=${HEIGHT} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        ${points.length > 1 && html`<polyline points=${points.join(" ")} />`}
        ${points.length === 1 && html`<circle cx=${x(latency.findIndex((each) => each >= 0))} cy=${HEIGHT / 2} r="2" />`}
        ${latency.map((took, index) => took < 0 && html`<path class="failed" d=${`M${x(index).toFixed(1)} 2v${HEIGHT - 4}`} />`)}
      </svg>
      <span class="figure">${text.join(", ")}</span>
    </span>
  `;
}

function inWords(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}
