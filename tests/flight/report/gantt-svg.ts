import type { Segment } from "../timeline/segments.ts";
import { escapeHtml } from "./escape-html.ts";
import type { LegReport } from "./flight-report.ts";
import { stateClass } from "./report-style.ts";

const WIDTH = 1200;
const LABELS = 120;
const LANE = 34;
const HEAD = 52;
/** Seconds between two ticks; the first that gives few enough of them. */
const STEPS = [5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const MOST_TICKS = 14;
/** Estimated width of a letter, in units of the picture. */
const LETTER = 6;

/**
 * A picture of what each host did when, as an SVG element: a bar for its state, a thin one below it for its power, lanes
 * for the clusters' APIs, and the stories on top. Pure. What it shows also stands in the table beside it.
 *
 * @param id of the picture, unique in its document.
 */
export function ganttSvg(leg: LegReport, id: string): string {
  const { from, to, hosts, power, api, stories } = leg;
  const scale = (WIDTH - LABELS - 10) / Math.max(to - from, 1);
  const x = (at: number): number => LABELS + (Math.min(Math.max(at, from), to) - from) * scale;
  const apis = [...new Set(api.map(({ lane }) => lane))].sort();
  const lanes = [...new Set(hosts.map(({ lane }) => lane))].sort();
  const height = HEAD + (lanes.length + apis.length) * LANE + 10;
  const bar = (segment: Segment, y: number, thick: number): string => {
    const left = x(segment.from);
    const width = Math.max(x(segment.to) - left, 0.8);
    const error = segment.detail !== "" && segment.state !== "yes" ? " error" : "";
    const title = `${segment.lane}: ${segment.state}, ${clock(segment.from - from)}–${clock(segment.to - from)}`;
    const told = segment.detail === "" ? title : `${title}: ${segment.detail}`;
    const fits = thick > 10 && width > segment.state.length * LETTER + 6;
    const label = fits ? `<text x="${n(left + 4)}" y="${n(y + 13)}">${escapeHtml(segment.state)}</text>` : "";
    return (
      `<rect class="${stateClass(segment.state)}${error}" x="${n(left)}" y="${n(y)}" width="${n(width)}" height="${thick}">` +
      `<title>${escapeHtml(told)}</title></rect>${label}`
    );
  };
  const lane = (name: string, index: number, bars: readonly Segment[], thin: readonly Segment[]): string => {
    const y = HEAD + index * LANE;
    return [
      `<text x="4" y="${y + 14}">${escapeHtml(name)}</text>`,
      ...bars.filter((segment) => segment.lane === name).map((segment) => bar(segment, y, 18)),
      ...thin.filter((segment) => segment.lane === name).map((segment) => bar(segment, y + 20, 5)),
    ].join("");
  };
  const storyBars = stories.map(({ id: story, title, from: began, to: ended, failure }) => {
    const left = x(began);
    const width = Math.max(x(ended) - left - 1, 1);
    const text = width > 200 ? `${story}  ${title}` : width > 12 ? story : "";
    const shown = text.slice(0, Math.max(Math.floor(width / LETTER) - 1, story.length));
    return (
      `<rect class="story${failure ? " failed" : ""}" x="${n(left)}" y="4" width="${n(width)}" height="18">` +
      `<title>${escapeHtml(`${story}: ${title}`)}</title></rect><text x="${n(left + 4)}" y="17">${escapeHtml(shown)}</text>`
    );
  });
  const ticks = tickTimes(to - from).map((offset) => {
    const at = n(x(from + offset));
    return `<line class="tick" x1="${at}" x2="${at}" y1="28" y2="${height - 4}"/><text class="faint" x="${at}" y="40">${clock(offset)}</text>`;
  });
  const title = `Hosts of lab ${leg.lab} over ${clock(to - from)}`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="${id}-title">${escapeHtml(title)}</title>`,
    `<desc id="${id}-desc">A bar for each host's state, a thin one for its power. The table below says the same.</desc>`,
    ...ticks,
    ...storyBars,
    ...lanes.map((name, index) => lane(name, index, hosts, power)),
    ...apis.map((name, index) => apiLane(name, lanes.length + index, api, bar)),
    "</svg>",
  ].join("\n");
}

function apiLane(
  cluster: string,
  index: number,
  api: readonly Segment[],
  bar: (segment: Segment, y: number, thick: number) => string,
): string {
  const y = HEAD + index * LANE;
  const bars = api.filter(({ lane }) => lane === cluster).map((segment) => bar(segment, y + 4, 10));
  return `<text x="4" y="${y + 14}">${escapeHtml(`API of ${cluster}`)}</text>${bars.join("")}`;
}

/** Minutes and seconds since the beginning. */
export function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function tickTimes(length: number): number[] {
  const step =
    1000 * (STEPS.find((seconds) => length / (seconds * 1000) <= MOST_TICKS) ?? STEPS.at(-1) ?? 3600);
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}

/** A number for the picture, no longer than can be seen. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
