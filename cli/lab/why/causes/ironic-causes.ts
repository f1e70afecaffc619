import { metal3Namespace } from "../../../../components/metal3/names.ts";
import type { Cause } from "../cause.ts";
import type { Scene } from "../scene.ts";
import { isLate } from "../scene.ts";
import type { IronicNode } from "../snapshot.ts";
import { refusedLogin } from "./host-causes.ts";

type Seen = { readonly node: IronicNode; readonly hostName: string } & Pick<Scene, "lab" | "host">;
type Told = { readonly said: string; readonly means: string; readonly fix: string };

function ofNode(id: string, find: (seen: Seen) => Told | undefined): Cause {
  return {
    id,
    of: "chain",
    find: ({ lab, host, node, hostName }) => {
      if (node === undefined || hostName === undefined) return undefined;
      const told = find({ lab, node, hostName, ...(host && { host }) });
      return told && { at: `Ironic node ${hostName}`, ...told };
    },
  };
}

/** For how long, in words. */
function minutesSince(now: number, at: number | undefined): string {
  return at === undefined ? "an unknown time" : `${Math.round((now - at) / 60_000)} min`;
}

function maintenanceReason({ maintenanceReason, lastError }: IronicNode): string {
  return maintenanceReason || lastError || "maintenance: true";
}

const networkBoot =
  "see that the machine boots from the network first, gets an address of the provisioning network (and of no other DHCP server), and what its screen says";

/** What Ironic knows and the BareMetalHost does not show. */
export const ironicCauses: readonly Cause[] = [
  // Of a host that is registered already, baremetal-operator says that all is well.
  ofNode("node-login-refused", ({ node }) =>
    node.maintenance && refusedLogin.said.test(maintenanceReason(node))
      ? {
          said: maintenanceReason(node),
          means:
            "the emulator refuses the login in the host's BMC Secret, so Ironic cannot look after the machine",
          fix: refusedLogin.fix,
        }
      : undefined,
  ),
  ofNode("node-in-maintenance", ({ node, hostName }) =>
    node.maintenance
      ? {
          said: maintenanceReason(node),
          means:
            "Ironic has stopped looking after the machine, most often since its power could not be read three times",
          fix: `mend the device (lab hosts shows it); Ironic looks again every 5 minutes. Otherwise: kubectl -n ${metal3Namespace} rollout restart deployment/ironic-service, after which ${hostName} is registered anew`,
        }
      : undefined,
  ),
  // The baremetal-operator begins cleaning again every 20 s for ever and shows no error on the host.
  ofNode("clean-failed-silently", ({ node, host }) =>
    node.provisionState === "clean failed" && (host?.status.errorMessage ?? "") === ""
      ? {
          said: node.lastError || "clean failed",
          means: "wiping the disks fails again and again, which the BareMetalHost does not show",
          fix: "look at the disk that the message names; cleaning: disabled of the cluster's machines in the stack file leaves disks as they are. Otherwise lab logs ironic",
        }
      : undefined,
  ),
  ofNode("agent-fell-silent", ({ lab, node }) =>
    node.provisionState === "wait call-back" &&
    node.agentCalledAt !== undefined &&
    isLate(lab, node.agentCalledAt)
      ? {
          said: `wait call-back: the agent called last ${minutesSince(lab.now, node.agentCalledAt)} ago`,
          means:
            "the deploy agent died or lost its network while it wrote the image; Ironic waits half an hour for it",
          fix: "look at the machine's screen. It fails and is begun anew by itself; who cannot wait deletes the Machine of this host",
        }
      : undefined,
  ),
  ofNode("agent-never-called", ({ lab, node }) =>
    node.provisionState === "wait call-back" &&
    node.agentCalledAt === undefined &&
    isLate(lab, node.changedAt)
      ? {
          said: `wait call-back for ${minutesSince(lab.now, node.changedAt)}`,
          means: "the machine was switched on to boot the deploy agent, and no agent has called",
          fix: networkBoot,
        }
      : undefined,
  ),
  ofNode("clean-never-began", ({ lab, node }) =>
    node.provisionState === "clean wait" && isLate(lab, node.changedAt)
      ? {
          said: `clean wait for ${minutesSince(lab.now, node.changedAt)}`,
          means: "the machine is to be wiped, and its deploy agent does not call or takes very long",
          fix: networkBoot,
        }
      : undefined,
  ),
  ofNode("inspection-never-came", ({ lab, node }) =>
    node.provisionState === "inspect wait" && isLate(lab, node.changedAt)
      ? {
          said: `inspect wait for ${minutesSince(lab.now, node.changedAt)}`,
          means: "the machine was switched on to report its hardware, and has not",
          fix: networkBoot,
        }
      : undefined,
  ),
];
