import { Command, InvalidArgumentError } from "commander";
import { ConfigFile } from "./config-file.ts";
import { drivers } from "./drivers/index.ts";
import { clusterAccess } from "./kubernetes/cluster-access.ts";
import { createLogger } from "./log.ts";
import { ConfigError } from "./parse-config.ts";
import { readInventory } from "./read-inventory.ts";
import { Emulator } from "./server.ts";

interface Arguments {
  readonly config: string;
  readonly machinesDir?: string;
  readonly tlsDir?: string;
  readonly dataDir?: string;
  readonly kubernetesDir?: string;
  readonly seedDir?: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly insecureHttp: boolean;
  readonly checkConfig: boolean;
}

function parseListen(text: string): Arguments["listen"] {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host === undefined || port > 65535)
    throw new InvalidArgumentError("It must be HOST:PORT, e.g. 0.0.0.0:8443.");
  return { host, port };
}

const command = new Command("redfish-emulator")
  .description(
    `A Redfish service for machines without a BMC, behind devices of: ${drivers.map(({ kind }) => kind).join(", ")}.`,
  )
  .requiredOption("--config <file>", "machines and users, see emulator/README.md")
  .option("--machines-dir <folder>", "folder with a file NAME.json for each further machine")
  .option("--tls-dir <folder>", "folder with tls.crt and tls.key; read again when they change")
  .option("--data-dir <folder>", "where state is kept; without it, it is lost at exit")
  .option(
    "--kubernetes-dir <folder>",
    "folder with token and ca.crt of a ServiceAccount: the console shows what Kubernetes knows about the machines",
  )
  .option(
    "--seed-dir <folder>",
    "may hold emulator.sqlite.gz, which a data folder without a store begins with",
  )
  .option("--listen <host:port>", "address to listen on", parseListen, { host: "0.0.0.0", port: 8443 })
  .option("--insecure-http", "serve plain HTTP: passwords cross the network in the clear", false)
  .option("--check-config", "check the configuration and exit", false);

async function main(): Promise<void> {
  const given = command.parse().opts<Arguments>();
  const places = { path: given.config, machinesFolder: given.machinesDir };
  const { config, mistakes } = await readInventory(places, drivers);
  if (given.checkConfig) {
    if (mistakes.length > 0) throw new ConfigError(mistakes);
    console.log(
      `${given.config}: ${config.machines.length} machines, ${config.users.length} users, no mistake`,
    );
    return;
  }
  if ((given.tlsDir === undefined) !== given.insecureHttp) {
    throw new Error("give either --tls-dir FOLDER, or --insecure-http to serve without encryption");
  }
  const logger = createLogger(config.logLevel);
  const emulator = await Emulator.start({
    config,
    drivers,
    logger,
    ...given.listen,
    ...(given.tlsDir !== undefined && { tlsFolder: given.tlsDir }),
    ...(given.dataDir !== undefined && { dataFolder: given.dataDir }),
    ...(given.kubernetesDir !== undefined && { cluster: clusterAccess(given.kubernetesDir, process.env) }),
    ...(given.seedDir !== undefined && { seedFolder: given.seedDir }),
  });
  logger.info({ url: emulator.url, machines: config.machines.length }, "listening");
  const file = new ConfigFile({
    ...places,
    drivers,
    current: config,
    logger,
    onChange: (next) => emulator.reload(next),
    onProblem: (problem) => {
      emulator.configProblem = problem;
    },
  });
  // Tells which machine files were refused at start, and sees what changed before the folders were watched.
  void file.check();
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    // A second signal means that somebody does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, "stopping");
    await file.close();
    await emulator.stop();
    logger.info("stopped");
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

main().catch((error: unknown) => {
  const lines =
    error instanceof ConfigError ? error.mistakes : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(`redfish-emulator: ${line}`);
  process.exitCode = 1;
});
