import { hostNamespace } from "../../../../components/config/resolve/host-namespace.ts";
import type { Cause, Evidence } from "../cause.ts";
import type { Host } from "../objects.ts";
import { isLate } from "../scene.ts";

type Advice = Pick<Evidence, "means" | "fix">;

const at = (host: Host): string => `BareMetalHost ${host.metadata.name}`;
const kubectl = `kubectl --field-manager=me -n ${hostNamespace}`;

/** A cause that an annotation of the host shows. */
function byAnnotation(id: string, annotation: string, tell: (host: Host) => Advice): Cause {
  return {
    id,
    of: "chain",
    find: ({ host }) => {
      const value = host?.metadata.annotations[annotation];
      if (host === undefined || value === undefined) return undefined;
      return {
        at: at(host),
        said: `annotation ${annotation}${value === "" ? "" : `: ${value}`}`,
        ...tell(host),
      };
    },
  };
}

const withoutAnnotation = (host: Host, annotation: string): string =>
  `${kubectl} annotate bmh ${host.metadata.name} ${annotation}-`;

/** What holds a host though nothing has failed. */
export const heldHostCauses: readonly Cause[] = [
  {
    id: "host-absent",
    of: "chain",
    find: ({ lab, host, hostName }) =>
      hostName === undefined || host !== undefined || !lab.declared.hosts.includes(hostName)
        ? undefined
        : {
            at: `BareMetalHost ${hostName}`,
            said: "the infra cluster does not know it",
            means: "it is in the stack file, and pulumi up has not come to it yet or failed before",
            fix: "run pulumi up",
          },
  },
  byAnnotation("host-paused", "baremetalhost.metal3.io/paused", (host) => ({
    means: "the baremetal-operator leaves the host alone, and no machine takes it",
    fix: withoutAnnotation(host, "baremetalhost.metal3.io/paused"),
  })),
  byAnnotation("host-detached", "baremetalhost.metal3.io/detached", (host) => ({
    means: "the host was taken out of Ironic: nobody switches, checks or provisions it",
    fix: withoutAnnotation(host, "baremetalhost.metal3.io/detached"),
  })),
  byAnnotation("host-given-up", "capm3.metal3.io/unhealthy", (host) => ({
    means:
      "a health check restarted it in vain and gave it up: no machine takes it until somebody says that it is mended",
    fix: `mend it, then ${withoutAnnotation(host, "capm3.metal3.io/unhealthy")}`,
  })),
];

/** The emulator's answer in the words of Ironic, wherever it writes them down, and what to do. */
export const refusedLogin = {
  said: /HTTP 401|\b401\b|Unauthorized|AccessError|unable to authenticate/i,
  fix: "run pulumi up; if the emulator does not take the new login: kubectl -n edge-lab rollout restart deployment/redfish-emulator",
};

interface HostError extends Advice {
  readonly id: string;
  /** Of status.errorMessage, as Ironic, sushy, the deploy agent and the baremetal-operator write it. */
  readonly said: RegExp;
  /** Of status.errorType; any if left out. */
  readonly type?: RegExp;
}

/** The first that fits is told. */
const hostErrors: readonly HostError[] = [
  {
    id: "bmc-secret-missing",
    said: /BMC CredentialsName secret doesn't exist|No BMC CredentialsName|Validation error with BMC credentials/,
    means: "the Secret with the host's login for the emulator is missing or incomplete",
    fix: "run pulumi up --refresh, then pulumi up: it makes the Secret again",
  },
  {
    id: "mac-conflict",
    said: /MAC address .* conflicts with existing node/,
    means: "another host has the same MAC address",
    fix: "correct hosts.macs in the stack file; a host that has gone leaves its node behind until Ironic restarts",
  },
  {
    id: "emulator-untrusted",
    said: /certificate verify failed|CERTIFICATE_VERIFY_FAILED/i,
    means: "Ironic does not trust the emulator's certificate",
    fix: "compare ConfigMap edge-lab-ca in baremetal-operator-system with the emulator's Secret; pulumi up --refresh, then restart Ironic: kubectl -n baremetal-operator-system rollout restart deployment/ironic-service",
  },
  {
    id: "bmc-login-refused",
    ...refusedLogin,
    means: "the emulator refuses the login in the host's BMC Secret",
  },
  {
    id: "checksum-mismatch",
    said: /checksum|hash mismatch/i,
    means: "the node image is not the one that its checksum was made of",
    fix: "compare edge-lab:nodeImage.images with what the image server holds (SHA256SUMS); a half copied file is the usual reason",
  },
  {
    id: "no-disk-fits",
    said: /No suitable device|root device hints|No disks? found/i,
    means: "no disk of the machine fits the host's rootDeviceHints",
    fix: `compare rootDeviceHints with the disks that inspection saw: kubectl -n ${hostNamespace} get bmh HOST -o jsonpath='{.status.hardware.storage}'`,
  },
  {
    id: "image-not-served",
    said: /ImageDownloadError|Error downloading image|Download of image|Image .* could not be found|Validation of image href/i,
    means: "the machine cannot download the node image",
    fix: "see that the image server runs and has the file (lab doctor; kubectl -n edge-lab get pods), and that machines reach its address from the provisioning network",
  },
  {
    id: "inspection-timed-out",
    said: /timeout reached while inspecting/i,
    means: "the machine never reported its hardware: it did not start the deploy agent",
    fix: "see that its firmware boots from the network first, that it is on the provisioning network with that MAC address, and that no other DHCP server answers there",
  },
  {
    id: "agent-timed-out",
    said: /Timeout reached while (waiting for callback|cleaning)/i,
    means: "the deploy agent did not call, or fell silent in the middle; Ironic waits 30 minutes for it",
    fix: "watch the machine's screen while it boots: network first? does it get an address? does it run out of memory? The baremetal-operator tries again by itself",
  },
  {
    id: "emulator-unreachable",
    said: /Redfish connection failed|Unable to connect to \S+\/redfish\//i,
    means: "Ironic has no way to the emulator",
    fix: "see that edge-lab:emulator.address is where the emulator's Service answers: lab doctor; kubectl -n edge-lab get svc,pods",
  },
  {
    id: "power-failed",
    said: /power state|power management|PowerOn|Failed to set node power/i,
    means: "the machine did not come to the power state that Metal3 wanted",
    fix: "ask the device by hand: lab power HOST on; its System in the emulator has the reason. The baremetal-operator tries again by itself",
  },
  {
    id: "adoption-failed",
    type: /provisioned registration/,
    said: /./,
    means:
      "after a restart of Ironic the provisioned host could not be taken over again; its machine runs on",
    fix: "lab logs bmo and lab logs ironic; it is tried again by itself",
  },
  {
    id: "cleaning-failed",
    said: /clean/i,
    means: "wiping the disks before a deployment failed",
    fix: "look at lab logs ironic; automatedCleaningMode disabled leaves the disks as they are",
  },
  {
    id: "host-error",
    said: /^/,
    means:
      "the baremetal-operator could not do what was wanted of the host, and tries again with growing pauses",
    fix: `kubectl -n ${hostNamespace} describe bmh HOST shows every step; lab logs bmo and lab logs ironic say more`,
  },
];

/** What the baremetal-operator says of a host. */
export const hostErrorCauses: readonly Cause[] = hostErrors.map(({ id, said, type, means, fix }) => ({
  id,
  of: "chain",
  find: ({ host }) => {
    if (host === undefined) return undefined;
    const { errorType, errorMessage, errorCount } = host.status;
    if (errorType === "" && errorMessage === "") return undefined;
    if (type?.test(errorType) === false || !said.test(errorMessage)) return undefined;
    const times = errorCount > 1 ? ` (${errorCount} times)` : "";
    return {
      at: at(host),
      said: `${[errorType, errorMessage].filter((part) => part !== "").join(": ")}${times}`,
      means,
      fix: fix.replaceAll("HOST", host.metadata.name),
    };
  },
}));

/** What a host that shows no error waits for all the same. */
export const waitingHostCauses: readonly Cause[] = [
  {
    id: "host-delayed",
    of: "chain",
    find: ({ host }) =>
      host?.status.operationalStatus !== "delayed"
        ? undefined
        : {
            at: at(host),
            said: "operationalStatus: delayed",
            means:
              "so many hosts are being provisioned that the baremetal-operator makes this one wait (PROVISIONING_LIMIT)",
            fix: "wait for the others: lab hosts",
          },
  },
  {
    id: "host-switched-off",
    of: "chain",
    find: ({ host }) =>
      host === undefined || host.spec.online || host.spec.consumerRef === undefined
        ? undefined
        : {
            at: at(host),
            said: "spec.online: false",
            means:
              "somebody, or a health check that is restarting it, wants the machine off though it is in use",
            fix: `unless it is a restart: ${kubectl} patch bmh ${host.metadata.name} --type=merge -p '{"spec":{"online":true}}'`,
          },
  },
  {
    id: "host-not-registered",
    of: "chain",
    find: ({ lab, host }) => {
      if (host === undefined || !["", "registering"].includes(host.status.provisioning.state))
        return undefined;
      if (!isLate(lab, host.metadata.creationTimestamp)) return undefined;
      return {
        at: at(host),
        said: `provisioning state "${host.status.provisioning.state}", no error`,
        means:
          "nobody has registered it: the baremetal-operator does not run, or cannot use Ironic, which it tells only in its log",
        fix: "lab doctor asks both; lab logs bmo",
      };
    },
  },
];
