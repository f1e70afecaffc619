import type { SimLab } from "../lab/sim-lab.ts";
import { stackState } from "../pulumi/pulumi-workspace.ts";
import { controlPlanePorts, type SimSettings } from "../settings.ts";
import type { EmulatorAccess } from "../steps/emulator.ts";

/** What is up, where, and the next three commands. */
export function upSummary(
  settings: SimSettings,
  lab: SimLab,
  emulator: EmulatorAccess,
  changes: readonly string[],
): string {
  const resources = stackState(settings)?.resources.length ?? 0;
  const devices = lab.devices.map(({ name, kind, host, port }) => `${name} (${kind} ${host}:${port})`);
  const plain = settings.stack === "sim";
  const clusters = lab.config.await === "none" ? [] : lab.config.clusters.map(({ name }) => name);
  const rows = [
    ["Kubernetes API", `https://127.0.0.1:${controlPlanePorts(settings).apiServer}`],
    ["Pulumi stack", `${settings.stack}: ${resources} resources (${changes.join(", ")})`],
    ["Redfish", `${emulator.url}, user ${emulator.username}`],
    ["Devices", devices.join(`\n${" ".repeat(18)}`)],
    ["State and logs", settings.stateDir],
  ];
  return [
    "",
    "The lab is up and stays up in the background (npm stop takes it down):",
    ...rows.map(([name = "", value = ""]) => `  ${name.padEnd(16)}${value}`),
    "",
    "Next:",
    ...(plain
      ? [
          '  eval "$(npm run -s sim -- env)"                  # makes kubectl, pulumi and curl work on it',
          "  npm run -s lab -- hosts                          # every machine: power, state, who uses it",
          ...clusters.flatMap((name) => [
            `  npm run -s lab -- kubeconfig ${name} --output ${name}.kubeconfig && kubectl --kubeconfig ${name}.kubeconfig get nodes`,
            `  clusterctl describe cluster ${name} -n clusters`,
          ]),
          "  pulumi preview --stack sim --diff                # after changing kubernetes.version in Pulumi.sim.yaml",
        ]
      : [
          `  eval "$(node sim/cli.ts --state-dir ${settings.stateDir} --stack ${settings.stack} env)"`,
          "  kubectl get bmh,cluster,clusterclass -A",
          `  pulumi preview --stack ${settings.stack} --config-file ${settings.configFile} --diff`,
        ]),
  ].join("\n");
}
