import assert from "node:assert/strict";
import { join } from "node:path";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { LabContext } from "../../../../cli/lab/lab-context.ts";
import { type LogsOptions, labLogs } from "../../../../cli/lab/logs.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";
import { bareMetalHost } from "./why/real-objects.ts";

const pod = (namespace: string, name: string): unknown => ({ metadata: { name, namespace } });
const metal3 = "/api/v1/namespaces/baremetal-operator-system/pods";
const lab3 = "/api/v1/namespaces/edge-lab/pods";

describe("lab logs", function () {
  this.timeout(180_000);
  let project: LabProject;
  let cluster: FakeCluster;

  beforeEach(async () => {
    project = new LabProject();
    cluster = await FakeCluster.start();
    project.write("kubeconfig", cluster.kubeconfig);
    const kubeconfig = join(project.folder, "kubeconfig");
    project.set("infra", { ...(project.config["edge-lab:infra"] as object), kubeconfig });
    cluster.objects.set(metal3, [
      pod("baremetal-operator-system", "baremetal-operator-controller-manager-589dcf4d4b-sjl64"),
      pod("baremetal-operator-system", "ironic-service-7c9d-x2x2x"),
    ]);
    cluster.objects.set(lab3, [
      pod("edge-lab", "redfish-emulator-6774c56f7c-77zdc"),
      pod("edge-lab", "image-server-6-7"),
    ]);
    cluster.texts.set(
      `${metal3}/baremetal-operator-controller-manager-589dcf4d4b-sjl64/log`,
      "bmo of node-1\nbmo of node-12\nbmo of e296e67b\n",
    );
    cluster.texts.set(
      `${metal3}/ironic-service-7c9d-x2x2x/log`,
      "node e296e67b is active\nnode 4f is active\n",
    );
    cluster.texts.set(
      `${lab3}/redfish-emulator-6774c56f7c-77zdc/log`,
      "GET /redfish/v1/Systems/node-1\nother\n",
    );
  });
  afterEach(async () => {
    await cluster.goAway();
    project.remove();
  });

  async function logs(
    name: string,
    options: Partial<LogsOptions> = {},
  ): Promise<{ lines: string[]; notes: string[] }> {
    const lab = await LabContext.open({
      stack: "test",
      configFile: join(project.folder, "Pulumi.test.yaml"),
    });
    const lines: string[] = [];
    const notes: string[] = [];
    await labLogs(lab, name, {
      follow: false,
      lines: 200,
      signal: new AbortController().signal,
      say: (line) => lines.push(line),
      note: (line) => notes.push(line),
      ...options,
    });
    return { lines, notes };
  }

  it("says the last lines of the pods behind a name", async () => {
    assert.deepEqual(await logs("emulator", { lines: 5 }), {
      lines: ["GET /redfish/v1/Systems/node-1", "other"],
      notes: [],
    });
    const [asked] = cluster.queries.filter(({ path }) => path.endsWith("/log"));
    assert.deepEqual(asked?.query, { container: "redfish-emulator", tailLines: "5" });
  });

  it("asks for the time that was given", async () => {
    await logs("ironic", { since: 90, follow: true });
    const [asked] = cluster.queries.filter(({ path }) => path.endsWith("/log"));
    assert.deepEqual(asked?.query, { container: "ironic", follow: "true", sinceSeconds: "90" });
  });

  it("of a host says the lines of all that name it or its node, and which pod was not there", async () => {
    const provisioning = { ID: "e296e67b", state: "available" };
    const host = bareMetalHost({ name: "node-1", status: { provisioning } });
    cluster.objects.set(`${apiPaths.hosts}/node-1`, host);
    const { lines, notes } = await logs("node-1");
    assert.deepEqual(lines.toSorted(), [
      "bmo: bmo of e296e67b",
      "bmo: bmo of node-1",
      "emulator: GET /redfish/v1/Systems/node-1",
      "ironic: node e296e67b is active",
    ]);
    assert.match(notes.join("\n"), /^no log of capm3 \(no pod of capm3-system\/capm3-controller-manager\)/);
  });

  it("names the sim's own command where no kubelet keeps logs", async () => {
    cluster.texts.clear();
    cluster.refusals.set("log", { code: 400, message: 'no logs found for container "manager" in pod "x/y"' });
    await assert.rejects(logs("bmo"), ({ message }: Error) => {
      assert.match(message, /no logs found for container "manager"/);
      assert.match(message, /npm run sim -- logs baremetal-operator-controller-manager/);
      return true;
    });
  });

  it("goes on until it is interrupted, also while nothing is said", async () => {
    cluster.open.add(`${lab3}/redfish-emulator-6774c56f7c-77zdc/log`);
    const interrupt = new AbortController();
    const lines: string[] = [];
    await logs("emulator", {
      follow: true,
      signal: interrupt.signal,
      say: (line) => {
        lines.push(line);
        if (line === "other") interrupt.abort();
      },
    });
    assert.equal(lines.length, 2);
  });

  it("as a command refuses a name that nobody has, and a time that is none", async () => {
    const { exitCode, stderr } = await project.lab("logs", "nobody");
    assert.equal(exitCode, 1);
    assert.match(stderr, /no logs of nobody\. There are those of: ironic, bmo, capi, emulator, node-1/);
    assert.match((await project.lab("logs", "bmo", "--since", "soon")).stderr, /such as 90s, 10m, 2h or 1d/);
  });
});
