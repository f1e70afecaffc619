import { metal3Namespace } from "../../components/metal3/names.ts";
import { emulatorNames, labNamespace } from "../../components/redfish-emulator/names.ts";

/** Pods of one Deployment, and where their words are when the lab is the sim. */
export interface LogSource {
  /** In front of each line when several are read. */
  readonly title: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly container: string;
  /** The name for `npm run sim -- logs`. */
  readonly sim: string;
}

const manager = (title: string, namespace: string, deployment: string): LogSource => ({
  title,
  namespace,
  deployment,
  container: "manager",
  sim: deployment,
});

const ironic: LogSource = {
  title: "ironic",
  namespace: metal3Namespace,
  deployment: "ironic-service",
  container: "ironic",
  sim: "ironic",
};
const bmo = manager("bmo", metal3Namespace, "baremetal-operator-controller-manager");
const capm3 = manager("capm3", "capm3-system", "capm3-controller-manager");
const emulator: LogSource = {
  title: "emulator",
  namespace: labNamespace,
  deployment: emulatorNames.workload,
  container: emulatorNames.workload,
  sim: emulatorNames.workload,
};

/** Whose words `lab logs` can read, by the name that is asked for. */
export const logTargets: Readonly<Record<string, readonly LogSource[]>> = {
  ironic: [ironic],
  bmo: [bmo],
  capi: [
    manager("core", "capi-system", "capi-controller-manager"),
    manager("bootstrap", "capi-kubeadm-bootstrap-system", "capi-kubeadm-bootstrap-controller-manager"),
    manager(
      "control-plane",
      "capi-kubeadm-control-plane-system",
      "capi-kubeadm-control-plane-controller-manager",
    ),
    capm3,
  ],
  emulator: [emulator],
};

/** Those that speak of hosts. */
export const hostLogSources: readonly LogSource[] = [capm3, bmo, ironic, emulator];
