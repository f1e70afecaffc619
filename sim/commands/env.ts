import { delimiter } from "node:path";
import { KubeClient } from "../kubernetes/kube-client.ts";
import { readSimLab, type SimDevice, type SimLab } from "../lab/sim-lab.ts";
import { ProcessTable } from "../processes/process-table.ts";
import { PulumiWorkspace, shellQuoted } from "../pulumi/pulumi-workspace.ts";
import { kubeconfigFile, type SimSettings } from "../settings.ts";
import { DEVICES } from "../steps/devices.ts";
import { EMULATOR, type EmulatorAccess, emulatorAccess } from "../steps/emulator.ts";
import { simTools } from "../tools.ts";

/**
 * `sim env`: shell lines that make plain `pulumi`, `kubectl` and `curl` work on the sim.
 * @throws Error when the sim is not up.
 */
export async function env(settings: SimSettings, signal: AbortSignal): Promise<string> {
  const lab = readSimLab(settings);
  const table = new ProcessTable(settings.stateDir);
  const missing = ["etcd", "kube-apiserver", DEVICES, EMULATOR].filter((name) => !table.running(name));
  if (missing.length > 0) {
    throw new Error(
      `the sim is not up (${missing.join(", ")} not running). Start or repair it with: npm start`,
    );
  }
  const tools = await simTools(signal);
  const client = new KubeClient(kubeconfigFile(settings));
  try {
    const access = await emulatorAccess(settings, lab, client);
    const variables = {
      ...new PulumiWorkspace(settings, tools.pulumi, tools.path).environment(),
      ...labVariables(lab, access),
    };
    variables.PATH = withoutNpmEntries(variables.PATH ?? "", settings.projectDir);
    return Object.entries(variables)
      .map(([name, value]) => `export ${name}=${shellQuoted(value)}`)
      .join("\n");
  } finally {
    client.close();
  }
}

/** Device lists are `name=host:port`, joined by commas. */
function labVariables(lab: SimLab, access: EmulatorAccess): Record<string, string> {
  const list = (kind: SimDevice["kind"]) =>
    lab.devices
      .filter((device) => device.kind === kind)
      .map(({ name, host, port }) => `${name}=${host}:${port}`)
      .join(",");
  const [device] = lab.devices;
  return {
    REDFISH_URL: access.url,
    REDFISH_USER: access.username,
    REDFISH_PASSWORD: access.password,
    REDFISH_CACERT: access.caFile,
    AMT_DEVICES: list("amt"),
    TAPO_DEVICES: list("tapo"),
    DEVICE_USER: device?.username ?? "",
    DEVICE_PASSWORD: device?.password ?? "",
  };
}

/** `npm run` puts folders of its own before PATH; they do not belong into the caller's shell, and pile up there. */
function withoutNpmEntries(path: string, projectDir: string): string {
  const kept = path.split(delimiter).filter((entry) => {
    if (entry === "") return false;
    if (entry.endsWith("/node-gyp-bin")) return false;
    return !entry.endsWith("/node_modules/.bin") || entry === `${projectDir}/node_modules/.bin`;
  });
  return [...new Set(kept)].join(delimiter);
}
