import type { PlantedFault } from "../planted-fault.ts";

const down = (title: string, cause: string, namespace: string, deployment: string): PlantedFault => ({
  title,
  cause,
  plant: async (lab, undo) => undo(await lab.disable(namespace, deployment)),
});

const LABEL = "environment.metal3.io/ironic-standalone-operator";
const METAL3 = "baremetal-operator-system";

/** What goes wrong with the lab's own parts, which everything else rests on. */
export const partFaults: readonly PlantedFault[] = [
  down("the emulator cannot start", "emulator-down", "edge-lab", "redfish-emulator"),
  down("the image server cannot start", "image-server-down", "edge-lab", "image-server"),
  down("a provider's controller cannot start", "controller-down", "capm3-system", "capm3-controller-manager"),
  {
    title: "a controller was taken away",
    cause: "controller-missing",
    plant: async (lab, undo) =>
      undo(await lab.remove("metal3-ipam-system", "deploy", "ipam-controller-manager")),
  },
  {
    title: "Ironic may not read its own login",
    cause: "ironic-not-ready",
    plant: async (lab, undo) => {
      const label = (value: string | null): Promise<string> =>
        lab.patch(METAL3, "secret", "ironic-api", { metadata: { labels: { [LABEL]: value } } });
      await label(null);
      undo(() => label("true"));
    },
  },
  {
    title: "the emulator's login is another one than its Secret says",
    cause: "emulator-refuses",
    plant: async (lab, undo) => {
      const secret = "redfish-emulator-credentials";
      undo(await lab.changeSecret("edge-lab", secret, "password", lab.noPassword()));
    },
  },
  {
    title: "the cluster is paused",
    cause: "cluster-paused",
    subject: ({ cluster }) => cluster,
    plant: async (lab, undo) => {
      const pause = (paused: boolean): Promise<string> =>
        lab.patch("clusters", "cluster", lab.cluster, { spec: { paused } });
      await pause(true);
      undo(() => pause(false));
    },
  },
];
