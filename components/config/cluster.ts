import { z } from "zod";
import { cidr } from "./fields/cidr.ts";
import { dnsLabel } from "./fields/dns-label.ts";
import { ipAddress } from "./fields/ip-address.ts";
import { kubernetesVersion } from "./fields/kubernetes-version.ts";
import { port } from "./fields/port.ts";
import { nodeSettings } from "./node-settings.ts";
import { nodeUser } from "./node-user.ts";
import { refusal } from "./refusal.ts";

const count = z
  .int(refusal("is not a whole number", "give a count"))
  .min(0, refusal("is negative", "give 0 or more"));
/** The largest number of seconds that Cluster API stores. */
const mostSeconds = 2 ** 31 - 1;
const seconds = z
  .int(refusal("is not a whole number", "give seconds"))
  .min(0, refusal("is negative", "give seconds"))
  .max(mostSeconds, refusal("is more than Cluster API stores", `give seconds, 0 to ${mostSeconds}`));
const args = z
  .record(z.string(), z.string(refusal("is not text", "put it in quotes")))
  .refine(
    (flags) => Object.keys(flags).every((flag) => /^[A-Za-z0-9][\w.-]*$/.test(flag)),
    refusal("has a flag that is none", "write flags without the dashes, such as max-pods"),
  )
  .default({});
const commands = z
  .array(z.string().min(1, refusal("is empty", "write a shell command or leave it out")))
  .default([]);

/**
 * While a machine is rebuilt, CAPM3 keeps its host by a label with the value `cp-<cluster>-control-plane`, and a label's
 * value has at most 63 characters: with a longer name the first upgrade would stop at its first machine.
 */
const longestName = 63 - "cp--control-plane".length;

const endpoint = z
  .strictObject({
    host: ipAddress.describe(
      "A free address on the hosts' network, outside every DHCP range, which kube-vip takes.",
    ),
    port: port.default(6443).describe("Port of the Kubernetes API."),
    interface: z
      .string()
      .min(1)
      .optional()
      .describe("Node interface for the address; that of the default route if left out."),
  })
  .describe("Where the cluster's API is reached: a virtual address held by kube-vip.");

const controlPlane = z
  .strictObject({
    replicas: count
      .min(1, refusal("is no control plane", "give 1, 3 or 5"))
      .default(3)
      .describe("Control-plane machines: an odd number, since etcd needs a majority."),
    maxSurge: z
      .int(refusal("is not a whole number", "give 0 or 1"))
      .min(0, refusal("is negative", "give 0 or 1"))
      .max(1, refusal("is more than 1", "give 0 or 1; Cluster API allows no more"))
      .optional()
      .describe(
        "Spare machines used in an upgrade: 0 rolls in place and needs 3 control planes, 1 needs a spare host. Default 0; 1 for a single untainted node.",
      ),
    untainted: z.boolean().default(false).describe("Let ordinary pods run on control-plane nodes."),
  })
  .prefault({})
  .describe("The control plane.");

const cni = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("cilium").describe("Cilium, replacing kube-proxy."),
      version: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/, refusal("is not a chart version", "write it as 1.19.6"))
        .default("1.19.6")
        .describe("Version of the Helm chart."),
      values: z.record(z.string(), z.unknown()).default({}).describe("Values of the chart on top of ours."),
    }),
    z.strictObject({
      type: z.literal("manifest").describe("The objects of a file of yours."),
      file: z.string().min(1).describe("Manifest (YAML), relative to the project's folder."),
    }),
    z.strictObject({
      type: z.literal("none").describe("No CNI: nodes stay NotReady until you install one."),
    }),
  ])
  .prefault({ type: "cilium" })
  .describe("The cluster's pod network.");

const gitOps = z
  .strictObject({
    type: z.literal("flux").describe("Flux."),
    url: z
      .string()
      .regex(/^(https?|ssh):\/\/\S+$/, refusal("is not a Git URL", "write https://… or ssh://…"))
      .describe("Git repository that the cluster follows."),
    branch: z.string().min(1).default("main").describe("Branch."),
    path: z.string().min(1).default("./").describe("Folder in the repository."),
    knownHosts: z
      .string()
      .regex(
        /^(\S+ \S+ \S+.*\n?)+$/,
        refusal("is not lines of ssh-keyscan", "write HOST TYPE KEY, a line each"),
      )
      .optional()
      .describe("For ssh://: the host's public keys, as in a known_hosts file."),
  })
  .refine(({ url, knownHosts }) => !url.startsWith("ssh://") || knownHosts !== undefined, {
    error: refusal(
      "has no knownHosts: over SSH a host is known by its keys",
      "give the lines of ssh-keyscan HOST, compared with what the host's owner publishes",
    ),
  })
  .describe("What the finished cluster pulls from Git; its login stands under credentials.git.");

const kubeadm = z
  .strictObject({
    apiServer: z
      .strictObject({
        extraArgs: args.describe("Flags of kube-apiserver, without the dashes; values in quotes."),
        certSANs: z
          .array(z.string().min(1))
          .default([])
          .describe("Further names and addresses in its certificate."),
      })
      .prefault({})
      .describe("kube-apiserver."),
    controllerManager: z
      .strictObject({ extraArgs: args.describe("Flags.") })
      .prefault({})
      .describe("kube-controller-manager."),
    scheduler: z
      .strictObject({ extraArgs: args.describe("Flags.") })
      .prefault({})
      .describe("kube-scheduler."),
    kubelet: z
      .strictObject({ extraArgs: args.describe("Flags.") })
      .prefault({})
      .describe("kubelet on all nodes."),
    preKubeadmCommands: commands.describe("Shell commands before kubeadm, after ours."),
    postKubeadmCommands: commands.describe("Shell commands after kubeadm, after ours."),
  })
  .prefault({})
  .describe("Further kubeadm settings.");

const healthChecks = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        "Restart, then rebuild machines whose node is not healthy. A lone control plane is left alone: both need the API server on it.",
      ),
    nodeStartupTimeoutSeconds: seconds
      .refine(
        (value) => value === 0 || value >= 30,
        refusal("is shorter than Cluster API takes", "give 30 or more, or 0 for ever"),
      )
      .default(3600)
      .describe("How long a machine may take to become a node; bare metal is slow. 0: for ever."),
    unhealthySeconds: seconds
      .default(600)
      .describe("How long a node may be NotReady before it is restarted."),
    rebootRetries: z
      .int(refusal("is not a whole number", "give a count"))
      .min(
        1,
        refusal("is below 1, the least CAPM3 takes", "give 1 or more, or set healthChecks.enabled: false"),
      )
      .default(1)
      .describe("Restarts tried before the machine is rebuilt."),
    rebootTimeoutSeconds: seconds
      .min(100, refusal("is too short", "Metal3 wants at least 100 seconds"))
      .default(600)
      .describe("How long a restart may take."),
  })
  .prefault({})
  .describe("What happens to a machine whose node fails.");

const minutes = z
  .int(refusal("is not a whole number", "give minutes"))
  .min(1, refusal("is no time", "give minutes, 1 to 1440"))
  .max(1440, refusal("is more than a day", "give minutes, 1 to 1440"));

const timeouts = z
  .strictObject({
    initialisedMinutes: minutes.default(120).describe("Until its first API server answers."),
    settledMinutes: minutes
      .default(180)
      .describe("Until all of it runs as declared: at first and at every change, upgrades too."),
    deletedMinutes: minutes
      .default(240)
      .describe("Until its machines are drained, deprovisioned, cleaned and powered off."),
  })
  .prefault({})
  .describe(
    "How long pulumi waits for the cluster. When the time is up nothing is undone: the next run goes on waiting.",
  );

/** A Kubernetes cluster made out of hosts. */
export const clusterSchema = z
  .strictObject({
    name: dnsLabel
      .max(longestName, refusal(`is longer than ${longestName} characters`, "give it a shorter name"))
      .describe("Name of the cluster."),
    kubernetes: z
      .strictObject({ version: kubernetesVersion.describe("Kubernetes version of this cluster.") })
      .optional()
      .describe("This cluster's own version; the lab's if left out."),
    endpoint,
    controlPlane,
    workers: z
      .strictObject({ replicas: count.default(0).describe("Worker machines.") })
      .prefault({})
      .describe("The workers; they roll one at a time in an upgrade, each on its own host."),
    network: z
      .strictObject({
        pods: z.array(cidr).min(1).max(2).default(["10.244.0.0/16"]).describe("Networks of pods."),
        services: z.array(cidr).min(1).max(2).default(["10.96.0.0/16"]).describe("Networks of services."),
      })
      .prefault({})
      .describe(
        "The cluster's inner networks; none may overlap with another or with the provisioning network.",
      ),
    image: z
      .strictObject({
        controlPlane: z.string().optional().describe("Name in nodeImage.images for the control plane."),
        workers: z.string().optional().describe("Name in nodeImage.images for the workers."),
      })
      .prefault({})
      .describe("Other node images than the ones named like the version, for instance a rebuilt one."),
    cni,
    gitOps: gitOps.optional(),
    kubeadm,
    users: z.array(nodeUser).default([]).describe("Users on the nodes."),
    ntp: z.array(z.string().min(1)).default([]).describe("Time servers; the image's own if empty."),
    ...nodeSettings,
    healthChecks,
    cleaning: z
      .enum(["metadata", "disabled"])
      .optional()
      .describe(
        "metadata: wipe the partition tables of all disks, data disks too, when a host is released (one more boot); disabled: leave them. If left out: metadata, but disabled for roles with dataDisks, so that what is on them outlives a rebuild.",
      ),
    drainTimeoutSeconds: seconds
      .default(600)
      .describe("How long a node may take to be drained in an upgrade. 0: for ever."),
    timeouts,
  })
  .describe("A Kubernetes cluster made out of hosts.");

export type ClusterInput = z.output<typeof clusterSchema>;
