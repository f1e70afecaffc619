import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificate } from "../../emulator/support/certificate.ts";
import { eventually } from "../../emulator/support/eventually.ts";
import { ApiProbe } from "../../flight/record/api-probe.ts";
import { EventTail } from "../../flight/record/event-tail.ts";
import type { ApiRecord, FlightRecord } from "../../flight/record/flight-record.ts";
import { FlightRecorder } from "../../flight/record/flight-recorder.ts";
import { RecordFile } from "../../flight/record/record-file.ts";
import { clusterObject, hostObject, machineObject } from "../cli/lab/support/objects.ts";
import { counted, FakeView } from "./fake-view.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-lab-flight-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the flight recorder", () => {
  let view: FakeView;
  let file: RecordFile;
  let recorder: FlightRecorder;
  beforeEach(() => {
    view = new FakeView();
    file = new RecordFile(join(folder, "below", "record.jsonl"));
    recorder = new FlightRecorder({ view, file });
  });
  afterEach(() => recorder.stop());
  const told = (kind: FlightRecord["kind"]) => file.read().filter((record) => record.kind === kind);

  it("writes a host's states and troubles, each once, and that it is gone", async () => {
    view.hosts = [hostObject("a", "inspecting")];
    await recorder.look();
    await recorder.look();
    const error = { errorType: "provisioned registration error", errorMessage: "wrong password" };
    view.hosts = [hostObject("a", "provisioned", { consumer: "m", poweredOn: true, ...error })];
    await recorder.look();
    view.hosts = [];
    await recorder.look();
    const states = told("host").map(
      (record) => record.kind === "host" && [record.state, record.consumer, record.on],
    );
    assert.deepEqual(states, [
      ["inspecting", null, null],
      ["provisioned", "m", true],
      ["gone", null, true],
    ]);
    const [, second] = told("host");
    assert.match(second?.kind === "host" ? second.error : "", /registration error: wrong password/);
  });

  it("takes an API server that is away for nothing but that", async () => {
    view.hosts = [hostObject("a", "available")];
    view.machines = [machineObject("m")];
    view.clusters = [clusterObject()];
    await recorder.look();
    view.away = true;
    await recorder.look();
    view.away = false;
    await recorder.look();
    assert.equal(file.read().length, 3);
    const [cluster] = told("cluster");
    assert.equal(cluster?.kind === "cluster" && cluster.conditions.Available, "True");
  });

  it("writes power changes and machines' events at their own times, in order", async () => {
    recorder.start();
    const at = Date.parse("2026-01-01T00:00:10Z");
    view.switch("a", "on", at);
    view.happened = [{ kind: "event", at: at - 5_000, host: "a", what: "firmware", detail: "" }];
    await recorder.look();
    await recorder.stop();
    assert.deepEqual(
      file
        .read()
        .filter(({ at: time }) => time <= at)
        .map(({ kind }) => kind),
      ["event", "power"],
    );
  });

  it("has the last counters when it stops, and no more than changed", async () => {
    view.calls = [counted("a", 5)];
    recorder.start();
    await eventually(async () => assert.equal(told("calls").length, 1));
    view.calls = [counted("a", 7)];
    await recorder.stop();
    const totals = told("calls").map((record) => record.kind === "calls" && [record.total, record.actions]);
    assert.deepEqual(totals, [
      [5, 1],
      [7, 1],
    ]);
  });

  it("says that a cluster without a kubeconfig cannot be asked", async () => {
    await assert.rejects(recorder.askApi("edge"), /edge has no kubeconfig yet/);
  });

  it("outlives a last line that was cut off", () => {
    recorder.mark("a", "begins");
    appendFileSync(file.path, '{"kind":"mark","at":1');
    assert.equal(file.read().length, 1);
  });
});

describe("the tail of the machines' events", () => {
  const line = (what: string) =>
    `${JSON.stringify({ at: "2026-01-01T00:00:00.000Z", machine: "a", what, detail: "d" })}\n`;
  const events = () => join(folder, "a", "events.jsonl");

  it("reads what is new, whole lines only, and not what the machine's system logs", () => {
    const tail = new EventTail(folder);
    assert.deepEqual(tail.next(), []);
    mkdirSync(join(folder, "a"));
    writeFileSync(events(), line("firmware") + line("log") + line("agent").slice(0, 10));
    assert.deepEqual(
      tail.next().map(({ what }) => what),
      ["firmware"],
    );
    appendFileSync(events(), line("agent").slice(10));
    assert.deepEqual(
      tail.next().map(({ what, host, at }) => [what, host, at]),
      [["agent", "a", Date.parse("2026-01-01")]],
    );
    assert.deepEqual(tail.next(), []);
  });

  it("begins anew with a lab that was begun anew", () => {
    mkdirSync(join(folder, "a"));
    writeFileSync(events(), line("firmware") + line("agent"));
    const tail = new EventTail(folder);
    assert.equal(tail.next().length, 2);
    writeFileSync(events(), line("off"));
    assert.deepEqual(
      tail.next().map(({ what }) => what),
      ["off"],
    );
  });
});

describe("the questions to a cluster's API", () => {
  let server: Server;
  let status = 200;
  let cert = "";
  let probe: ApiProbe | undefined;
  beforeEach(async () => {
    status = 200;
    const identity = await testCertificate();
    cert = identity.cert;
    server = createServer(identity, (_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await probe?.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  it("are answered, not answered, answered again, and end", async () => {
    const { port } = server.address() as AddressInfo;
    const cluster = {
      name: "c",
      cluster: {
        server: `https://127.0.0.1:${port}`,
        "certificate-authority-data": Buffer.from(cert).toString("base64"),
      },
    };
    const kubeconfig = JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [cluster],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
    const told: ApiRecord[] = [];
    const seen = (answers: ApiRecord["answers"], count: number) =>
      eventually(async () =>
        assert.equal(told.filter((record) => record.answers === answers).length >= count, true),
      );
    probe = new ApiProbe("edge", kubeconfig, (record) => told.push(record));
    await seen("yes", 1);
    status = 503;
    await seen("no", 1);
    status = 200;
    await seen("yes", 2);
    await probe.stop();
    const [no] = told.filter((record) => record.answers === "no");
    assert.equal(no?.detail, "HTTP 503");
    assert.equal(told.at(-1)?.answers, "not asked");
  });
});
