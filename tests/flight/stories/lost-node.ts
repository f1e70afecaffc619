import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { CommandFailure } from "../lab/flight-lab.ts";
import type { FlightRecord } from "../record/flight-record.ts";
import type { Flight, Story } from "../runner/story.ts";
import { clusterIsWhole, mainCluster } from "./cluster-is-whole.ts";
import { previewHasNothingToDo } from "./preview-has-nothing-to-do.ts";

const ACCOUNTS = "/redfish/v1/AccountService/Accounts";
/** Gates asked before, of webhooks that are new. */
const GATES = "**WebhookGate$command**";

/** What a host is and what was done to it: a host that is inspected or provisioned again has other times. */
const HOST = [
  "{range .items[*]}{.metadata.name} {.status.provisioning.state} {.status.provisioning.image.url} {.spec.consumerRef.name}",
  "{.status.operationHistory.inspect.start} {.status.operationHistory.provision.start} {.status.operationHistory.deprovision.start}",
  '{.status.errorMessage}{"\\n"}{end}',
].join(" ");
const UIDS = "jsonpath={.items[*].metadata.uid}";

/** The infra node is lost; what it managed runs on, and a new one takes over. */
export const lostNode: Story = {
  id: "m",
  title: "The infra node is lost, and a new one is restored from a backup",
  about:
    "lab backup, then the node is gone with its API server, its pods, volumes and Ironic, and an empty one stands in its place. lab restore, pulumi up, lab resume: the new node takes hosts, machines and cluster over as they are. No host is inspected, provisioned, switched or booted again; the cluster's nodes are the same ones; accounts made over Redfish are back.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    "lab backup lab.backup --passphrase-file FILE",
    "npm run sim -- new-node       # a real node: install k3s anew, at the same address",
    "lab restore lab.backup --passphrase-file FILE",
    `pulumi up --refresh --replace '${GATES}'`,
    "lab resume",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    const passphrase = [
      "--passphrase-file",
      lab.scratch("backup-passphrase", randomBytes(24).toString("hex")),
    ];
    const file = join(lab.settings.stateDir, "lab.backup");
    const hosts = await lab.kubectl("-n", "clusters", "get", "bmh", "-o", `jsonpath=${HOST}`);
    const hostUids = await lab.kubectl("-n", "clusters", "get", "bmh", "-o", UIDS);
    const nodeUids = await lab.inCluster(mainCluster, "get", "nodes", "-o", UIDS);
    const account = {
      UserName: `new-${randomBytes(3).toString("hex")}`,
      Password: randomBytes(12).toString("hex"),
      RoleId: "ReadOnly",
    };
    checks.equal(
      "an account is made over Redfish",
      (await lab.redfish("POST", ACCOUNTS, { body: account })).status,
      201,
    );
    const from = Date.now();

    step("lab backup");
    await lab.lab("backup", file, ...passphrase);

    step("the infra node is lost (npm run sim -- new-node)");
    const { code, stdout, stderr } = await lab.sim(["new-node"]);
    if (code !== 0) throw new CommandFailure(`sim new-node: ${stdout}\n${stderr}`);
    checks.match("the new node knows no host", await lab.kubectl("get", "crd", "-o", "name"), /^\s*$/);

    step("lab restore");
    await lab.lab("restore", file, ...passphrase);
    const restored = await lab.kubectl("-n", "clusters", "get", "bmh", "-o", UIDS);
    checks.ok("hosts are other objects", restored !== hostUids, restored);

    step("pulumi up --refresh");
    const update = await lab.pulumi("up", ["--yes", "--skip-preview", "--refresh", "--replace", GATES]);
    if (update.code !== 0)
      throw new CommandFailure(`pulumi up --refresh: ${update.stdout}\n${update.stderr}`);

    step("lab resume");
    await lab.lab("resume");
    const machines = lab.shape.controlPlanes + lab.shape.workers;
    await clusterIsWhole(flight, { machines, version: lab.version() });
    await sameLab(flight, { hosts, nodeUids, from });
    const accounts = await lab.redfish("GET", `${ACCOUNTS}?$expand=.`);
    const isBack = JSON.stringify(accounts.body).includes(`"${account.UserName}"`);
    checks.ok("the account is back", isBack, isBack ? account.UserName : JSON.stringify(accounts.body));
    await previewHasNothingToDo(flight);
    checks.match("lab doctor finds nothing wrong", await lab.lab("doctor"), / 0 failed/);
    checks.none("no host was switched or booted", switchedHosts(recorder.records(), from));
  },
};

async function sameLab(
  { lab, checks, recorder }: Flight,
  { hosts, nodeUids, from }: { readonly hosts: string; readonly nodeUids: string; readonly from: number },
): Promise<void> {
  const now = await lab.kubectl("-n", "clusters", "get", "bmh", "-o", `jsonpath=${HOST}`);
  checks.equal("hosts are as they were, none inspected or provisioned again", now, hosts);
  checks.equal("nodes are the same", await lab.inCluster(mainCluster, "get", "nodes", "-o", UIDS), nodeUids);
  checks.none("no host was in another state on the way", otherStates(recorder.records(), from));
}

/** States on the way that a host is not to be in; away and without a state it is while it is restored. Pure. */
function otherStates(records: readonly FlightRecord[], from: number): string[] {
  const expected = ["gone", "unregistered", "available", "provisioned"];
  return records.flatMap((record) =>
    record.kind === "host" && record.at >= from && !expected.includes(record.state)
      ? [`${record.name}: ${record.state}`]
      : [],
  );
}

function switchedHosts(records: readonly FlightRecord[], from: number): string[] {
  return records.flatMap((record) =>
    record.kind === "power" && record.at >= from
      ? [`${record.host} ${record.on ? "started" : "went off"} (${record.cause})`]
      : [],
  );
}
