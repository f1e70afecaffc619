import type { Cause } from "./cause.ts";
import { choiceCauses } from "./causes/choice-causes.ts";
import { clusterCauses, clusterConsequences } from "./causes/cluster-causes.ts";
import { deviceCauses } from "./causes/device-causes.ts";
import { heldHostCauses, hostErrorCauses, waitingHostCauses } from "./causes/host-causes.ts";
import { ironicCauses } from "./causes/ironic-causes.ts";
import { labCauses } from "./causes/lab-causes.ts";
import { healthCheckCauses, machineCauses } from "./causes/machine-causes.ts";

/**
 * Everything that `lab why` knows of, in the order in which it is looked for. Within a chain what lies deeper comes first,
 * since it explains what lies above: a silent device makes a host fail, which keeps a machine waiting. Within each of these
 * lists a cause of the same object that is told apart more finely comes first.
 */
export const causeTable: {
  readonly lab: readonly Cause[];
  readonly cluster: readonly Cause[];
  /** Lists of which each tells at most one cause. */
  readonly chain: readonly (readonly Cause[])[];
  /** Told beside what a chain shows. */
  readonly limits: readonly Cause[];
  /** Told when nothing else was found: they say that something is wrong, and not what. */
  readonly consequences: readonly Cause[];
} = {
  lab: labCauses,
  cluster: clusterCauses,
  chain: [
    deviceCauses,
    heldHostCauses,
    hostErrorCauses,
    ironicCauses,
    waitingHostCauses,
    choiceCauses,
    machineCauses,
  ],
  limits: healthCheckCauses,
  consequences: clusterConsequences,
};
