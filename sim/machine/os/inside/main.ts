/**
 * The system of one simulated machine, inside its namespaces: started by installed-system.ts, told what it is by one
 * message, and ended by a power cut (SIGKILL of everything), its own `poweroff` or an orderly shutdown.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { DataDisk } from "../cloud-config/data-disk.ts";
import { KubeVip } from "../kube-vip/kube-vip.ts";
import { kubeVipSettings } from "../kube-vip/kube-vip-settings.ts";
import { Kubelet } from "../kubelet/kubelet.ts";
import type { FromMachine, MachineConfiguration, ToMachine } from "../messages.ts";
import { insidePaths } from "../private-root.ts";
import { isConfigured, mountDisks, runCloudInit } from "./cloud-init.ts";
import { bringUpNetwork, setHostName } from "./network.ts";
import { installSystemCommands } from "./system-commands.ts";

function tell(message: FromMachine): void {
  process.send?.(message);
}

function log(line: string): void {
  tell({ kind: "log", line });
}

let kubelet: Kubelet | undefined;
let ending = false;

/** Ends everything in order, then process 1 and with it the namespaces. */
async function end(how: "poweroff" | "reboot"): Promise<void> {
  if (ending) return;
  ending = true;
  log(how === "reboot" ? "restarts" : "shuts down");
  await kubelet?.stop();
  process.send?.({ kind: "off", how } satisfies FromMachine, () => process.exit(0));
}

async function boot(configuration: MachineConfiguration): Promise<void> {
  const { configDrive, nodeAddress, kubernetesVersion } = configuration;
  const { metaData } = configDrive;
  const hostName = String(
    metaData["local-hostname"] ?? metaData.local_hostname ?? metaData.name ?? configuration.name,
  );
  const first = !isConfigured();
  await setHostName(hostName, nodeAddress);
  await bringUpNetwork(nodeAddress, configuration.gateway);
  installSystemCommands();
  watchPowerRequests();
  log(
    `${hostName} boots ${first ? "for the first time" : "again"}, Kubernetes ${kubernetesVersion}, ${nodeAddress}`,
  );

  const address = nodeAddress.replace(/\/\d+$/, "");
  kubelet = new Kubelet({
    hostName,
    facts: {
      kubernetesVersion,
      address,
      cpus: configuration.cpus,
      memoryMiB: configuration.memoryMiB,
      bootId: randomUUID(),
      systemUuid: String(metaData.uuid ?? randomUUID()),
    },
    play: (container, pod) => {
      const settings = kubeVipSettings(container, pod);
      if (!settings) return undefined;
      const { silentAddress } = configuration;
      return new KubeVip({ settings, nodeName: hostName, silentAddress, log });
    },
    log,
  });
  // Before cloud-init, as the service of a node image: kubeadm waits for it.
  kubelet.start();

  const disks = configuration.dataDisks.map(({ name, folder }) => new DataDisk(name, folder));
  if (first) tell({ kind: "phase", phase: "configuring" });
  const problems = first
    ? await runCloudInit({ userData: configDrive.userData, metaData, disks, log })
    : await mountDisks(disks, log);
  for (const problem of problems) log(`boot: ${problem}`);
  tell({ kind: "phase", phase: problems.length === 0 ? "running" : "failed" });
}

function watchPowerRequests(): void {
  writeFileSync(insidePaths.powerRequest, "");
  watch(insidePaths.powerRequest, () => {
    const how = existsSync(insidePaths.powerRequest)
      ? readFileSync(insidePaths.powerRequest, "utf8").trim()
      : "";
    if (how === "poweroff" || how === "reboot") void end(how);
  });
}

process.on("message", (message: ToMachine) => {
  if (message.kind === "shutdown") void end("poweroff");
  else
    boot(message.configuration).catch((error: Error) => {
      log(`boot failed: ${error.message}`);
      tell({ kind: "phase", phase: "failed" });
    });
});
// Who started the machine is gone: nobody could ever stop it.
process.on("disconnect", () => process.exit(1));
tell({ kind: "ready" });
