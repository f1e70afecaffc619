/**
 * Runs all stand-ins of one sim in one process: `node sim/standins/main.ts --config FILE`. Started and repaired by
 * `sim up`; each stand-in looks at the whole state, so a restart at any moment continues where the last one was ended.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { IronicService } from "../ironic/ironic-service.ts";
import { KubeClient } from "../kubernetes/kube-client.ts";
import { Reconciler } from "../kubernetes/reconciler.ts";
import { ProcessTable } from "../processes/process-table.ts";
import { CaInjector } from "./ca-injector.ts";
import { CertificateIssuer } from "./certificate-issuer.ts";
import { IronicOperator } from "./ironic-operator.ts";
import { LocalPathProvisioner } from "./local-path-provisioner.ts";
import { NodeImageFiles } from "./node-image-files.ts";
import { PodRecords } from "./pods/pod-records.ts";
import { PodRunner } from "./pods/pod-runner.ts";
import { ServiceProxy } from "./services/service-proxy.ts";
import type { StandIn } from "./stand-in.ts";
import type { StandInsConfig } from "./stand-ins-config.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });
if (!values.config) throw new Error("usage: node sim/standins/main.ts --config FILE");
const config = JSON.parse(readFileSync(values.config, "utf8")) as StandInsConfig;

const client = new KubeClient(config.kubeconfig);
const log = (standIn: string) => (line: string) =>
  console.log(`${new Date().toISOString()} ${standIn}: ${line}`);

const table = new ProcessTable(config.stateDir);
const ironic = config.ironic && new IronicService({ ...config.ironic, projectDir: config.projectDir, table });
const records = new PodRecords(config.podsDir, config.podNetwork);

const standIns: readonly StandIn[] = [
  new LocalPathProvisioner(client, config.volumesDir, log("local-path-provisioner")),
  new NodeImageFiles(
    client,
    { namespace: "edge-lab", name: "image-server" },
    config.nodeImages,
    log("node-image-files"),
  ),
  new CertificateIssuer(client, log("certificate-issuer")),
  new CaInjector(client, log("ca-injector")),
  new ServiceProxy(client, records, log("service-proxy")),
  new IronicOperator({ client, log: log("ironic-operator"), ...(ironic && { ironic }) }),
  new PodRunner({
    client,
    table,
    records,
    images: config.images,
    projectDir: config.projectDir,
    log: log("pod-runner"),
  }),
];

const reconcilers = standIns.map(
  (standIn) =>
    new Reconciler({
      name: standIn.name,
      client,
      kinds: standIn.kinds,
      reconcile: (changed) => standIn.reconcile(changed),
      ...(standIn.resyncMs !== undefined && { resyncMs: standIn.resyncMs }),
      log: log(standIn.name),
    }),
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    for (const reconciler of reconcilers) reconciler.stop();
    for (const standIn of standIns) standIn.close?.();
    process.exit(0);
  });
}
log("stand-ins")("started");
await Promise.all(reconcilers.map((reconciler) => reconciler.run()));
