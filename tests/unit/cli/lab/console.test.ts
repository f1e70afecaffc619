import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { forwardedPort } from "../../../../cli/lab/forwarded-port.ts";
import { KubeApi } from "../../../../cli/lab/kube-api.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";

/** What is used of ws, which comes without types. */
interface PodSocket {
  on(event: "message", hear: (data: Buffer) => void): void;
  send(data: Buffer): void;
  close(): void;
}
interface SocketServer {
  on(event: "connection", meet: (socket: PodSocket) => void): void;
}
const { WebSocketServer } = createRequire(import.meta.url)("ws") as {
  WebSocketServer: new (options: object) => SocketServer;
};

describe("lab console", function () {
  this.timeout(400_000);

  it("leads each connection to the pod's port through the API server, until it is told to end", async () => {
    const asked: string[] = [];
    const http = createServer((request, response) => {
      response.writeHead(404).end();
      request.resume();
    });
    http.on("upgrade", (request) => asked.push(request.url ?? ""));
    const pods = new WebSocketServer({ server: http, handleProtocols: () => "v4.channel.k8s.io" });
    pods.on("connection", (socket) => {
      // Both channels of a port, data and errors, begin with its number (Kubernetes' v4.channel.k8s.io).
      for (const channel of [0, 1]) socket.send(Buffer.from([channel, 0xfb, 0x20]));
      socket.on("message", (data) => {
        socket.send(
          Buffer.concat([Buffer.from([0]), Buffer.from(`heard ${data.subarray(1).toString("utf8")}`)]),
        );
        socket.close();
      });
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const cluster = new FakeCluster();
    const api = KubeApi.fromText(cluster.kubeconfig.replace("http://127.0.0.1:0", url), "test");
    const interrupt = new AbortController();
    try {
      const { port, ended } = await forwardedPort(api, {
        namespace: "edge-lab",
        pod: "redfish-emulator-1-2",
        podPort: 8443,
        port: 0,
        signal: interrupt.signal,
        note: assert.fail,
      });
      for (const word of ["one", "two"]) {
        const client = connect(port, "127.0.0.1");
        client.write(word);
        assert.equal(await text(client), `heard ${word}`);
      }
      assert.deepEqual(
        asked,
        Array(2).fill("/api/v1/namespaces/edge-lab/pods/redfish-emulator-1-2/portforward?ports=8443"),
      );
      interrupt.abort();
      await ended;
    } finally {
      http.closeAllConnections();
      http.close();
    }
  });

  it("tells why nothing comes of a connection, and ends it", async () => {
    const cluster = await FakeCluster.start();
    const api = KubeApi.fromText(cluster.kubeconfig, "test");
    const interrupt = new AbortController();
    const notes: string[] = [];
    try {
      const { port, ended } = await forwardedPort(api, {
        namespace: "edge-lab",
        pod: "gone",
        podPort: 8443,
        port: 0,
        signal: interrupt.signal,
        note: (line) => notes.push(line),
      });
      assert.equal(await text(connect(port, "127.0.0.1")), "");
      assert.match(notes.join("\n"), /port 8443 of pod edge-lab\/gone: .*404/);
      const taken = {
        namespace: "a",
        pod: "b",
        podPort: 1,
        port,
        signal: interrupt.signal,
        note: assert.fail,
      };
      await assert.rejects(forwardedPort(api, taken), /cannot be used \(.*EADDRINUSE.*--port/);
      interrupt.abort();
      await ended;
    } finally {
      await cluster.goAway();
    }
  });

  it("as a command writes the emulator's own address when that is asked for, if it has one", async () => {
    const project = new LabProject();
    try {
      project.set("emulator", { address: "192.0.2.9:30443" });
      const { stdout, exitCode } = await project.lab("console", "--direct");
      assert.deepEqual([stdout, exitCode], ["https://192.0.2.9:30443/console/\n", 0]);
      project.set("emulator", {});
      const { stderr } = await project.lab("console", "--direct");
      assert.match(stderr, /within the infra cluster only\. Leave --direct out/);
    } finally {
      project.remove();
    }
  });
});
