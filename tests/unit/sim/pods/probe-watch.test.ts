import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Container, Probe } from "../../../../sim/standins/pods/pod.ts";
import { ProbeWatch } from "../../../../sim/standins/pods/probe-watch.ts";

const container: Container = { name: "c", image: "i", ports: [{ name: "healthz", containerPort: 9440 }] };
const nowhere = (port: number) => ({ host: "127.0.0.1", port });

/** A watch whose answers and clock are the test's. */
function watched(probe: Probe, eager: boolean) {
  const state = { now: 0, answer: false, asked: 0 };
  const ask = async () => {
    state.asked++;
    return state.answer;
  };
  const watch = new ProbeWatch(probe, eager, ask, () => state.now);
  const look = async (now: number, answer: boolean) => {
    Object.assign(state, { now, answer });
    return watch.look(container, nowhere);
  };
  return { state, look };
}

describe("a readiness probe", () => {
  it("is asked at every look until it succeeds, then once a period", async () => {
    const { state, look } = watched({ periodSeconds: 10 }, true);
    assert.equal(await look(0, false), undefined);
    assert.equal(await look(1_000, false), undefined);
    assert.equal(await look(2_000, true), true);
    assert.equal(state.asked, 3);
    assert.equal(await look(9_000, false), true);
    assert.equal(state.asked, 3);
  });

  it("fails after as many refusals in a row as are declared, and succeeds again at once", async () => {
    const { look } = watched({ periodSeconds: 10, failureThreshold: 2 }, true);
    await look(0, true);
    assert.equal(await look(10_000, false), true);
    assert.equal(await look(20_000, true), true);
    assert.equal(await look(30_000, false), true);
    assert.equal(await look(40_000, false), false);
    assert.equal(await look(41_000, true), true);
  });

  it("wants as many answers in a row as are declared", async () => {
    const { look } = watched({ successThreshold: 2 }, true);
    assert.equal(await look(0, true), undefined);
    assert.equal(await look(1, false), undefined);
    assert.equal(await look(2, true), undefined);
    assert.equal(await look(3, true), true);
  });
});

describe("a liveness probe", () => {
  it("begins after its delay and counts one refusal a period", async () => {
    const { state, look } = watched(
      { initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 2 },
      false,
    );
    assert.equal(await look(4_000, false), undefined);
    assert.equal(state.asked, 0);
    assert.equal(await look(5_000, false), undefined);
    assert.equal(await look(6_000, false), undefined);
    assert.equal(state.asked, 1);
    assert.equal(await look(15_000, false), false);
  });
});

describe("an HTTP probe", () => {
  it("goes to the place of the named port and takes 2xx and 3xx for a yes", async () => {
    const paths: string[] = [];
    let status = 503;
    const server = createServer((request, response) => {
      paths.push(request.url ?? "");
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.31.5.99", resolve));
    const { port } = server.address() as AddressInfo;
    const located = (asked: number) => ({ host: "127.31.5.99", port: asked === 9440 ? port : 1 });
    const watch = new ProbeWatch({ httpGet: { path: "/readyz", port: "healthz" } }, true);
    assert.equal(await watch.look(container, located), undefined);
    status = 302;
    assert.equal(await watch.look(container, located), true);
    assert.deepEqual(paths, ["/readyz", "/readyz"]);
    server.close();
  });

  it("is a no where nobody listens, and for a port name that nobody has", async () => {
    for (const port of [1, "nobody"]) {
      const watch = new ProbeWatch({ httpGet: { port }, failureThreshold: 1 }, true);
      assert.equal(await watch.look(container, nowhere), false);
    }
  });
});
