import type { VNode } from "preact";
import type { ClusterCondition, ClusterRow, KubernetesRow, LabNews } from "../api-types.ts";
import { ageText } from "./age-text.ts";
import { html } from "./html.ts";

/** Conditions that tell of trouble, or of work, when they are true; all others do when they are not. */
const GOOD_WHEN_FALSE: readonly string[] = [
  "Deleting",
  "Paused",
  "Remediating",
  "RollingOut",
  "ScalingDown",
  "ScalingUp",
];
const STATE_TONES: Readonly<Record<string, string>> = { available: "still", provisioned: "good" };

/** What Kubernetes tells, in colour and in words. */
export const labPart = {
  /** Of a machine in the list. */
  cell(row: KubernetesRow | undefined): VNode {
    if (!row) return html`<span class="muted">no host</span>`;
    const { error, machine } = row;
    const taken = machine && [machine.name, machine.phase, machine.version].filter(Boolean).join(", ");
    return html`
      ${labPart.state(row)}
      ${error && html`<span class="sub clip failed" title=${error.text}>${error.text}</span>`}
      ${taken && html`<span class="sub clip" title=${taken}>${taken}</span>`}
      ${machine?.node !== undefined && html`<span class="sub">node ${machine.node}</span>`}
    `;
  },

  state({ state, error, held }: KubernetesRow): VNode {
    const tone = error ? "bad" : held ? "warn" : (STATE_TONES[state] ?? "busy");
    return html`<span class=${`mark ${tone}`}>${state}${held && `, ${held}`}</span>`;
  },

  /** Of a machine's own page. */
  pairs(row: KubernetesRow | undefined): readonly (readonly [string, unknown])[] {
    if (!row) return [["BareMetalHost", "none of this name"]];
    const { error, machine } = row;
    return [
      ["BareMetalHost", labPart.state(row)],
      ...(error
        ? [
            [
              "Error",
              `${error.type}: ${error.text} (${error.count === 1 ? "once" : `${error.count} times`})`,
            ] as const,
          ]
        : []),
      ["Machine", machine ? `${machine.name}, ${machine.phase}` : "none has it"],
      ...(machine?.problem === undefined ? [] : [["Not ready", machine.problem] as const]),
      ...(machine
        ? ([
            ["Version", machine.version ?? "none"],
            ["Node", machine.node ?? "none yet"],
            ["Cluster", machine.cluster],
          ] as const)
        : []),
    ];
  },

  /** That what is shown may be old; nothing while all is well. */
  problem({ problem }: LabNews, now: number): VNode | undefined {
    if (!problem) return undefined;
    return html`<p class="problem warn" role="status">
      <b>Kubernetes tells nothing new.</b> ${problem.text}. <span class="sub">It began ${ageText(now - problem.since)}. Machines can be switched all the same.</span>
    </p>`;
  },

  clusters({ clusters }: LabNews): VNode {
    return html`${clusters.map(
      (cluster) => html`
        <section class="card cluster" key=${cluster.name} aria-label=${`Cluster ${cluster.name}`}>
          <h3>Cluster ${cluster.name} <span class="muted">${[cluster.version, cluster.phase].filter(Boolean).join(", ")}</span></h3>
          ${conditions(cluster)}
        </section>
      `,
    )}`;
  },
} as const;

/** What is wrong or under way with its reason; what is as it should be only by its name. */
function conditions({ conditions: all }: ClusterRow): VNode {
  const well = all.filter(isWell);
  return html`
    <dl>
      ${all
        .filter((one) => !isWell(one))
        .map(
          ({ type, status, reason, text }) => html`
            <div key=${type}>
              <dt><span class=${`mark ${GOOD_WHEN_FALSE.includes(type) ? "busy" : "warn"}`}>${type}: ${status}</span></dt>
              <dd>${text || reason}</dd>
            </div>
          `,
        )}
      ${
        well.length > 0 &&
        html`<div><dt><span class="mark good">As it should be</span></dt><dd>${well.map(({ type, status }) => (status === "True" ? type : `not ${type}`)).join(", ")}</dd></div>`
      }
      ${all.length === 0 && html`<div><dt>Conditions</dt><dd>none yet</dd></div>`}
    </dl>
  `;
}

function isWell({ type, status }: ClusterCondition): boolean {
  return status === (GOOD_WHEN_FALSE.includes(type) ? "False" : "True");
}
