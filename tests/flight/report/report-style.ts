/** How the states look: a class by the state's first word, a colour for light and one for dark. */
export const stateColours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  unregistered: ["#c8ccd4", "#4a5160"],
  registering: ["#b9a6e8", "#6d56ab"],
  inspecting: ["#8fa8f0", "#41589f"],
  preparing: ["#7fc4d8", "#2e6a7d"],
  available: ["#a9d5f5", "#2f5d80"],
  provisioning: ["#f2c45a", "#8d6a17"],
  provisioned: ["#7cc98b", "#2f7a41"],
  deprovisioning: ["#f0935e", "#97491c"],
  powering: ["#e58ba0", "#8c3549"],
  deleting: ["#d97070", "#8a2f2f"],
  yes: ["#7cc98b", "#2f7a41"],
  no: ["#d94848", "#c23b3b"],
  on: ["#3f9d55", "#58b56d"],
  off: ["#b8bcc4", "#565d6b"],
};

/** The CSS class of a state. */
export function stateClass(state: string): string {
  const [word = ""] = state.split(" ");
  return Object.hasOwn(stateColours, word) ? `s-${word}` : "s-other";
}

const fills = (dark: 0 | 1): string =>
  Object.entries(stateColours)
    .map(([name, colours]) => `.s-${name}{fill:${colours[dark]};background:${colours[dark]}}`)
    .join("");

/** The report's style sheet: no outside resource, light and dark, readable without colours by its labels. */
export const reportStyle = `
:root{color-scheme:light dark;--ink:#1c2028;--soft:#5b6472;--line:#d9dde4;--paper:#fff;--card:#f6f7f9;--bad:#b42318;--good:#1a7f37}
.s-other{fill:#d0b8d8;background:#d0b8d8}
${fills(0)}
@media (prefers-color-scheme:dark){
:root{--ink:#e6e9ef;--soft:#9aa4b2;--line:#353c48;--paper:#14171c;--card:#1d2229;--bad:#ff8a80;--good:#6fd08c}
.s-other{fill:#6a4f75;background:#6a4f75}
${fills(1)}
}
*{box-sizing:border-box}
body{margin:0 auto;max-width:82rem;padding:1.5rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;margin:0 0 .3rem}
p{margin:.3rem 0}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;padding:.5rem;background:var(--card)}
svg{display:block;min-width:60rem;width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .tick{stroke:var(--line)}svg .faint{fill:var(--soft)}
svg .error{stroke:var(--bad);stroke-width:2}svg .story{fill:var(--line)}svg .failed{stroke:var(--bad);stroke-width:2}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem;margin:.5rem 0;padding:0;list-style:none;font-size:.85rem}
.legend i{display:inline-block;width:1rem;height:.8rem;margin-right:.35rem;border-radius:.15rem;vertical-align:-.05rem}
article{border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;margin:.8rem 0;background:var(--card)}
pre{margin:.4rem 0;padding:.5rem .7rem;overflow-x:auto;border:1px solid var(--line);border-radius:.3rem;background:var(--paper);font-size:.85rem}
pre.difference{white-space:pre-wrap;border-color:var(--bad)}
table{border-collapse:collapse;margin:.5rem 0;font-size:.85rem}caption{text-align:left;color:var(--soft)}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}td.number{text-align:right;font-variant-numeric:tabular-nums}
summary{cursor:pointer}ul.checks{margin:.3rem 0;padding-left:1.2rem}
`;
