import { metal3Namespace } from "../../../../components/metal3/names.ts";
import { emulatorNames, labNamespace } from "../../../../components/redfish-emulator/names.ts";
import type { ControllerState } from "../../controllers.ts";
import type { Cause } from "../cause.ts";

const isEmulator = ({ namespace, name }: ControllerState): boolean =>
  namespace === labNamespace && name === emulatorNames.workload;
const isImageServer = ({ namespace, name }: ControllerState): boolean =>
  namespace === labNamespace && name === "image-server";

function down(id: string, which: (controller: ControllerState) => boolean, means: string): Cause {
  return {
    id,
    of: "lab",
    find: ({ lab }) => {
      const ill = lab.controllers.find((controller) => which(controller) && !controller.available);
      if (ill === undefined) return undefined;
      const { namespace, name, message } = ill;
      return {
        at: `Deployment ${namespace}/${name}`,
        said: message || "not Available",
        means,
        fix: `look at kubectl -n ${namespace} describe pods and lab logs; then kubectl -n ${namespace} rollout restart deployment/${name}`,
      };
    },
  };
}

/** What everything else rests on: controllers, Ironic, emulator. */
export const labCauses: readonly Cause[] = [
  {
    id: "controller-missing",
    of: "lab",
    find: ({ lab }) => {
      const present = new Set(lab.controllers.map(({ namespace }) => namespace));
      const missing = lab.controllerNamespaces.filter((namespace) => !present.has(namespace));
      if (missing.length === 0) return undefined;
      return {
        at: `namespace ${missing[0]}`,
        said: `nothing is deployed in ${missing.join(", ")}`,
        means: "a controller that the lab is made of was never installed, or was taken away",
        fix: "run pulumi up to its end; pulumi up --refresh if somebody deleted it",
      };
    },
  },
  down("emulator-down", isEmulator, "the Redfish emulator does not run, so Ironic can switch no machine"),
  down("image-server-down", isImageServer, "nobody serves node images: no host can be provisioned"),
  down(
    "controller-down",
    (controller) => !isEmulator(controller) && !isImageServer(controller),
    "a controller does not run, so what it is for does not move, and its webhook refuses changes",
  ),
  {
    id: "ironic-not-ready",
    of: "lab",
    find: ({ lab: { ironicReady } }) => {
      if (ironicReady?.status === "True") return undefined;
      const said =
        ironicReady === null
          ? "there is no Ironic resource"
          : [ironicReady.reason, ironicReady.message].filter((part) => part !== "").join(": ") ||
            "not looked at yet";
      return {
        at: "Ironic ironic",
        said,
        means: "without Ironic the baremetal-operator does nothing, and says nothing on its hosts",
        fix:
          ironicReady === null
            ? "run pulumi up"
            : `look at kubectl -n ${metal3Namespace} describe ironic,pods and lab logs ironic`,
      };
    },
  },
  {
    id: "ironic-refuses",
    of: "lab",
    find: ({ lab: { ironic } }) =>
      ironic.state === "refused"
        ? {
            at: "Ironic's API",
            said: ironic.problem,
            means: "the baremetal-operator cannot work with it; its hosts keep their state and show no error",
            fix: ironic.fix,
          }
        : undefined,
  },
  {
    id: "emulator-refuses",
    of: "lab",
    find: ({ lab: { emulator } }) =>
      emulator.state === "refused"
        ? {
            at: "Redfish emulator",
            said: emulator.problem,
            means: "Ironic has the same login and the same authority, so it is refused too",
            fix: emulator.fix,
          }
        : undefined,
  },
];
