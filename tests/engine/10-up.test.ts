import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stackState } from "../../sim/pulumi/pulumi-workspace.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

const components = [
  "edge-lab:lab:Lab",
  "edge-lab:add-ons:AddOns",
  "edge-lab:redfish-emulator:RedfishEmulator",
  "edge-lab:metal3:Metal3",
  "edge-lab:cluster-api:ClusterApi",
  "edge-lab:node-image:NodeImage",
  "edge-lab:host-inventory:HostInventory",
  "edge-lab:workload-cluster:WorkloadCluster",
];

describe("npm start", () => {
  const lab = sharedLab();
  const trackedFiles = () => ["Pulumi.sim.yaml", "Pulumi.lab.yaml"].map((file) => readFileSync(file, "utf8"));
  const before = trackedFiles();

  it("refuses a wrong configuration with every mistake, and starts nothing", async () => {
    const text = readFileSync(lab.settings.configFile, "utf8");
    lab.edit((file) =>
      file.replace("name: m920q-2", "name: m920q-1").replace("driver: tapo", "driver: smart-plug"),
    );
    const { code, stderr } = await lab.sim(["up"]);
    lab.edit(() => text);
    assert.equal(code, 1);
    assert.match(stderr, /m920q-1/);
    assert.match(stderr, /smart-plug/);
    assert.equal((await lab.status()).state, "down");
    assert.equal(existsSync(join(lab.settings.stateDir, "kwok")), false);
  });

  it("prints no exports while it is down", async () => {
    const { code, stdout, stderr } = await lab.sim(["env"]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /not up.*npm start/s);
  });

  it("ends in order on Ctrl-C in the middle of pulumi's work, and says how to go on", async () => {
    const [script = "", ...args] = [...lab.simArguments(), "up"];
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let asked = false;
    const listen = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (asked || !/created kubernetes:/.test(output)) return;
      asked = true;
      child.kill("SIGINT");
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(code, 130, output);
    assert.match(output, /Interrupted.*npm start continues/s);
    const state = stackState(lab.settings);
    assert.ok(state && state.resources.length > 1, "what was made is known");
    assert.deepEqual(state.pendingOperations, []);
  });

  it("continues where it was interrupted and ends with a running lab", async () => {
    await sharedLabUp();
    const status = await lab.status();
    assert.equal(status.state, "up");
    assert.ok(status.processes.every(({ running }) => running));
    assert.deepEqual(
      status.devices.map(({ name }) => name),
      ["m920q-1", "m920q-2", "m920q-3", "optiplex-1", "optiplex-2", "optiplex-3"],
    );
  });

  it("has made every component", () => {
    const types = new Set(stackState(lab.settings)?.resources.map(({ type }) => type));
    for (const component of components) assert.ok(types.has(component), component);
  });

  it("shows six hosts and the cluster to kubectl", async () => {
    const names = (kind: string) =>
      lab.kubectl("get", kind, "-A", "-o", "jsonpath={.items[*].metadata.name}");
    assert.equal(await names("bmh"), "m920q-1 m920q-2 m920q-3 optiplex-1 optiplex-2 optiplex-3");
    assert.equal(await names("cluster"), "edge");
    assert.equal(await names("clusterclass"), "edge");
    assert.equal((await names("metal3machinetemplates")).split(" ").length, 2);
  });

  it("has every Deployment available, every claim bound, every certificate and Ironic ready", async () => {
    const available = '.items[*].status.conditions[?(@.type=="Available")].status';
    assert.match(await lab.kubectl("get", "deploy", "-A", "-o", `jsonpath={${available}}`), /^True( True)*$/);
    assert.match(
      await lab.kubectl("get", "pvc", "-A", "-o", "jsonpath={.items[*].status.phase}"),
      /^Bound( Bound)*$/,
    );
    const ready = '.items[*].status.conditions[?(@.type=="Ready")].status';
    for (const kind of ["certificates", "clusterissuers", "ironics"]) {
      assert.match(await lab.kubectl("get", kind, "-A", "-o", `jsonpath={${ready}}`), /^True( True)*$/, kind);
    }
  });

  it("exports all that plain pulumi, kubectl and curl need", async () => {
    const env = await lab.environment();
    const names = [
      "KUBECONFIG PULUMI_HOME PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE PATH",
      "REDFISH_URL REDFISH_USER REDFISH_PASSWORD REDFISH_CACERT",
      "AMT_DEVICES TAPO_DEVICES DEVICE_USER DEVICE_PASSWORD",
    ];
    assert.deepEqual(Object.keys(env).sort(), names.join(" ").split(" ").sort());
    assert.equal(
      env.AMT_DEVICES,
      "m920q-1=127.21.0.11:16992,m920q-2=127.21.0.12:16992,m920q-3=127.21.0.13:16992",
    );
    assert.match(env.TAPO_DEVICES ?? "", /^optiplex-1=127\.21\.0\.21:20080,/);
  });

  it("changes nothing the second time, in a shell that has its exports", async () => {
    const processes = (await lab.status()).processes;
    const { code, stdout } = await lab.sim(["up"], await lab.environment());
    assert.equal(code, 0);
    assert.match(stdout, /pulumi up --stack engine: \d+ unchanged/);
    assert.doesNotMatch(stdout, /created|updated|started/);
    assert.deepEqual((await lab.status()).processes, processes);
  });

  it("has no changes to preview, and leaves the tracked stack files as they were", async () => {
    const { code, stdout, stderr } = await lab.pulumi("preview", ["--expect-no-changes"]);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(trackedFiles(), before);
    const { stdout: extra } = await execa("git", ["ls-files", "--others", "--exclude-standard", "Pulumi.*"]);
    assert.equal(extra, "");
  });

  it("previews the real lab in the same backend, without its cluster, and names what it could not know", async () => {
    // Without a home there is no ~/.kube/config, which might lead to somebody's cluster.
    const env = { ...(await lab.environment()), HOME: lab.settings.stateDir };
    const args = ["preview", "--stack", "lab", "--non-interactive", "--color", "never"];
    const { stdout, exitCode } = await execa("pulumi", args, { env, reject: false, all: true });
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /client-side only preview/);
    assert.match(stdout, /Not all of the lab could be had/);
    assert.match(stdout, /\+ \d+ to create/);
    assert.deepEqual(trackedFiles(), before);
  });

  it("keeps secrets out of state and logs, and the passphrase to its owner", async () => {
    const { REDFISH_PASSWORD: password = "", PULUMI_CONFIG_PASSPHRASE: passphrase = "" } =
      await lab.environment();
    const { stateDir, stack } = lab.settings;
    const files = [
      join(stateDir, "pulumi-state", ".pulumi", "stacks", "edge-lab", `${stack}.json`),
      join(stateDir, "logs", "pulumi.log"),
      join(stateDir, "logs", "pod-redfish-emulator.log"),
      join(stateDir, "logs", "stand-ins.log"),
    ];
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      for (const secret of [password, passphrase, "Simulated-1", "PRIVATE KEY"]) {
        assert.equal(text.includes(secret), false, `${secret.slice(0, 3)}… in ${file}`);
      }
    }
    assert.equal(statSync(join(stateDir, "passphrase")).mode & 0o777, 0o600);
  });
});
