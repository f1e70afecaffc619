import type { Cause, Evidence } from "../cause.ts";
import { conditionOf, isLate, type Scene } from "../scene.ts";
import { selects, type Unfit, unfit } from "./host-choice.ts";

type Advice = Pick<Evidence, "means" | "fix">;

/** A cause of a machine that gets no host; `tell` is given why each host that its selector fits was not taken. */
function withoutHost(
  id: string,
  tell: (unfitHosts: readonly Unfit[], scene: Scene) => Advice | undefined,
): Cause {
  return {
    id,
    of: "chain",
    find: (scene) => {
      const { lab, metal3Machine, host } = scene;
      const condition = conditionOf(metal3Machine, "AssociateBareMetalHost");
      if (metal3Machine === undefined || host !== undefined || condition?.status !== "False")
        return undefined;
      if (!/no available host found/i.test(condition.message)) return undefined;
      const matching = lab.hosts.filter((candidate) => selects(metal3Machine, candidate));
      const reasons = matching.map(unfit).filter((reason) => reason !== undefined);
      // A host that has become free since is taken within half a minute.
      if (reasons.length < matching.length && !isLate(lab, condition.lastTransitionTime)) return undefined;
      const advice = tell(reasons, scene);
      if (advice === undefined) return undefined;
      return { at: `Metal3Machine ${metal3Machine.metadata.name}`, said: condition.message, ...advice };
    },
  };
}

const list = (hosts: readonly Unfit[]): string => hosts.map(({ host, why }) => `${host} (${why})`).join(", ");

/** Why a machine has no host. */
export const choiceCauses: readonly Cause[] = [
  withoutHost("no-host-of-that-role", (reasons, { metal3Machine }) => {
    if (reasons.length > 0) return undefined;
    const selector = JSON.stringify(metal3Machine?.spec.hostSelector.matchLabels ?? {});
    return {
      means: `no host fits the machine's selector ${selector}`,
      fix: "add a host of that role (or correct labels) in the stack file and run pulumi up, or ask for fewer replicas",
    };
  }),
  withoutHost("spare-host-broken", (reasons) => {
    const broken = reasons.filter(({ kind }) => kind === "broken");
    const [first] = broken;
    if (first === undefined) return undefined;
    return {
      means: `no host is free, and of those of its role some cannot be taken: ${list(reasons)}`,
      fix: `lab why ${first.host}`,
    };
  }),
  withoutHost("hosts-all-used", (reasons) =>
    reasons.length === 0 || reasons.some(({ kind }) => kind !== "used")
      ? undefined
      : {
          means: `every host of its role is in use: ${list(reasons)}`,
          fix: "add a host in the stack file, or ask for fewer replicas. In a rollout without a spare host it waits for the machine before it to go",
        },
  ),
  withoutHost("hosts-not-ready", (reasons, { lab, metal3Machine }) =>
    reasons.length > 0 &&
    isLate(lab, conditionOf(metal3Machine, "AssociateBareMetalHost")?.lastTransitionTime)
      ? {
          means: `no host of its role is available yet: ${list(reasons)}`,
          fix: `lab why ${reasons.find(({ kind }) => kind === "busy")?.host ?? "HOST"} says what it waits for`,
        }
      : undefined,
  ),
  {
    id: "host-not-taken",
    of: "chain",
    find: ({ metal3Machine }) => {
      const condition = conditionOf(metal3Machine, "AssociateBareMetalHost");
      if (metal3Machine === undefined || condition?.reason !== "AssociateBareMetalHostFailed")
        return undefined;
      if (condition.status !== "False" || /no available host found/i.test(condition.message))
        return undefined;
      return {
        at: `Metal3Machine ${metal3Machine.metadata.name}`,
        said: condition.message,
        means:
          "CAPM3 found a host and could not take it; after several refusals at once it may sleep for minutes",
        fix: "lab logs capi shows the refusal; lab doctor whether the baremetal-operator's webhook answers",
      };
    },
  },
];
