import { KubeClient } from "../../sim/kubernetes/kube-client.ts";
import { devicesSocket, readSimLab } from "../../sim/lab/sim-lab.ts";
import { kubeconfigFile, type SimSettings } from "../../sim/settings.ts";
import { emulatorAccess } from "../../sim/steps/emulator.ts";
import type { CheckTarget } from "./check-target.ts";

/**
 * The emulator of a sim that is up, with the login and the authority that Pulumi made.
 * @throws Error when Pulumi has not declared them yet
 */
export async function simTarget(settings: SimSettings): Promise<CheckTarget> {
  const lab = readSimLab(settings);
  const client = new KubeClient(kubeconfigFile(settings));
  try {
    const access = await emulatorAccess(settings, lab, client);
    return {
      ...access,
      what: `the sim's emulator at ${access.url}`,
      devices: devicesSocket(settings),
      machines: lab.config.hosts.map((host) => ({
        name: host.name,
        kind: host.driver === "amt" ? "amt" : "tapo",
        macs: host.macs,
        cacheSeconds: host.cacheSeconds ?? lab.config.emulator.cacheSeconds,
        gracefulShutdown: host.gracefulShutdown,
      })),
    };
  } finally {
    client.close();
  }
}
