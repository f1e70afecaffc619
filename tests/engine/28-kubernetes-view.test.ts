import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { MachineList } from "../../emulator/src/console/api-types.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

describe("what the emulator that Pulumi declared sees of Kubernetes", () => {
  const lab = sharedLab();
  before(sharedLabUp);

  const account = "system:serviceaccount:edge-lab:redfish-emulator";
  /** What the API server's authorizer says, in its own word. */
  const may = async (verb: string, kind: string, namespace: string): Promise<string> => {
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: {
        user: account,
        groups: ["system:serviceaccounts", "system:serviceaccounts:edge-lab", "system:authenticated"],
        resourceAttributes: { verb, namespace, ...resource(kind) },
      },
    };
    const answer = await lab.kubectlInput(JSON.stringify(review), "create", "-f", "-", "-o", "json");
    return (JSON.parse(answer) as { status: { allowed: boolean } }).status.allowed ? "yes" : "no";
  };
  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<Answer> => {
    const { REDFISH_URL: url, REDFISH_CACERT: caFile = "" } = await lab.environment();
    return new Promise((resolve, reject) => {
      const own = { "X-Edge-Lab-Console": "1", "Content-Type": "application/json", ...headers };
      const options = { method, ca: readFileSync(caFile), agent: false, headers: own };
      const sent = request(`${url}/console/api/${path}`, options, (response) => {
        text(response).then(
          (content) =>
            resolve({ headers: response.headers, body: content === "" ? {} : JSON.parse(content) }),
          reject,
        );
      });
      sent.on("error", reject);
      sent.end(body && JSON.stringify(body));
    });
  };

  it("may read hosts, machines and clusters, no Secret anywhere, and may write nothing", async () => {
    for (const kind of [
      "baremetalhosts.metal3.io",
      "machines.cluster.x-k8s.io",
      "clusters.cluster.x-k8s.io",
    ]) {
      for (const verb of ["get", "list", "watch"])
        assert.equal(await may(verb, kind, "clusters"), "yes", kind);
      for (const verb of ["create", "patch", "delete"]) assert.equal(await may(verb, kind, "clusters"), "no");
    }
    for (const namespace of ["clusters", "edge-lab", "baremetal-operator-system", "kube-system"]) {
      for (const verb of ["get", "list", "watch"]) {
        assert.equal(await may(verb, "secrets", namespace), "no", `${verb} secrets in ${namespace}`);
      }
    }
  });

  it("shows each host's state in the console, with the token of its pod", async () => {
    const { REDFISH_USER: username, REDFISH_PASSWORD: password } = await lab.environment();
    const login = await ask("POST", "session", {}, { username, password });
    const [cookie = ""] = login.headers["set-cookie"]?.[0]?.split(";") ?? [];
    const list = async (): Promise<MachineList> =>
      ((await ask("GET", "machines", { cookie })).body as { content: MachineList }).content;
    await waitUntil(async () => (await list()).lab?.problem === undefined, {
      timeoutMs: 120_000,
      everyMs: 500,
      what: "news from Kubernetes",
    });
    const { rows, lab: news } = await list();
    assert.deepEqual(
      rows.map(({ name, kubernetes }) => `${name} ${kubernetes?.state}`),
      rows.map(({ name }) => `${name} not looked at yet`),
      "nobody works on hosts in this lab",
    );
    assert.deepEqual(
      news?.clusters.map(({ name }) => name),
      ["edge"],
    );
  });
});

/** "machines.cluster.x-k8s.io" in the words of a review. */
function resource(kind: string): { readonly group: string; readonly resource: string } {
  const [name = "", ...group] = kind.split(".");
  return { group: group.join("."), resource: name };
}
