import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ControllerTool, controllerImages } from "../controllers.ts";
import type { SimLab } from "../lab/sim-lab.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { sourceRevision } from "../processes/source-revision.ts";
import { kubeconfigFile, type SimSettings } from "../settings.ts";
import { repositoryOf } from "../standins/pods/container-command.ts";
import type { StandInsConfig } from "../standins/stand-ins-config.ts";

/** Name in the process table. */
export const STAND_INS = "stand-ins";

/** Runs the stand-ins; they look at the whole state by themselves. Returns whether they had to be started. */
export async function ensureStandIns(
  settings: SimSettings,
  lab: SimLab,
  table: ProcessTable,
  controllers: Readonly<Record<ControllerTool, string>>,
  ironic?: StandInsConfig["ironic"],
): Promise<boolean> {
  const { projectDir, stateDir } = settings;
  const config: StandInsConfig = {
    projectDir,
    stateDir,
    kubeconfig: kubeconfigFile(settings),
    volumesDir: join(stateDir, "volumes"),
    podsDir: join(stateDir, "pods"),
    podNetwork: lab.networks.pods,
    images: [
      {
        repository: repositoryOf(lab.emulator.image),
        command: process.execPath,
        args: [join(projectDir, "emulator", "src", "main.ts")],
        revision: sourceRevision(join(projectDir, "emulator", "src")),
        // The address of the Redfish service is declared; what speaks to it sees its clients, not a forwarder.
        address: lab.emulator.host,
      },
      {
        repository: repositoryOf(lab.imageServer.image),
        command: process.execPath,
        args: [join(projectDir, "sim", "file-server", "main.ts"), "--image-server"],
        // What nginx.conf says inside the image's container.
        defaultArgs: ["--listen", "0.0.0.0:8080", "--root", "/images"],
        revision: sourceRevision(join(projectDir, "sim", "file-server")),
      },
      {
        // Node, which runs what the pod's ConfigMap holds.
        repository: repositoryOf(lab.imageServer.writer),
        command: process.execPath,
        args: [],
        revision: process.version,
      },
      ...controllerImages(controllers),
    ],
    nodeImages: lab.imageServer.files,
    ...(ironic ? { ironic } : {}),
  };
  const ownSources = (folder: string) => join(projectDir, "sim", folder);
  const file = join(stateDir, "stand-ins.json");
  const content = `${JSON.stringify(config, null, 2)}\n`;
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, content);
  const { started } = await table.ensure({
    name: STAND_INS,
    command: process.execPath,
    args: [join(projectDir, "sim", "standins", "main.ts"), "--config", file],
    cwd: projectDir,
    revision: content + sourceRevision(...["standins", "ironic", "kubernetes", "processes"].map(ownSources)),
  });
  return started;
}
