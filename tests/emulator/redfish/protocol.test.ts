import assert from "node:assert/strict";
import { connect } from "node:tls";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Body, messageIds } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;

describe("the Redfish protocol", () => {
  let lab: TestEmulator;

  before(async () => {
    lab = await testEmulator();
  });

  after(async () => {
    await lab.stop();
  });

  it("has a tree without a dead link, every resource with its id, type and name", async () => {
    const seen = new Set<string>();
    const visit = async (uri: string): Promise<void> => {
      if (seen.has(uri)) return;
      seen.add(uri);
      const { status, body } = await lab.admin.get(uri);
      assert.equal(status, 200, uri);
      assert.equal(body["@odata.id"], uri);
      assert.match(String(body["@odata.type"]), /^#[A-Z]/);
      assert.equal(typeof body.Name, "string", uri);
      for (const found of linksOf(body)) await visit(found);
    };
    await visit("/redfish/v1/");
    for (const uri of [
      "/redfish/v1/Chassis/node-2",
      "/redfish/v1/Managers/node-2",
      `${SYSTEM}/EthernetInterfaces/1`,
    ]) {
      assert.ok(seen.has(uri), uri);
    }
  });

  it("calls itself by a name that changes nothing in Ironic", async () => {
    const { body } = await lab.anonymous.get("/redfish/v1/");
    assert.equal(body.Vendor, "edge-lab");
    const { body: system } = await lab.admin.get(SYSTEM);
    assert.equal(system.Manufacturer, undefined);
  });

  it("tells a wrong method from a wrong place", async () => {
    const cases: [string, string, string][] = [
      ["PUT", SYSTEM, "GET, HEAD, PATCH"],
      ["DELETE", SYSTEM, "GET, HEAD, PATCH"],
      ["POST", "/redfish/v1/Systems", "GET, HEAD"],
      ["GET", RESET, "POST"],
      ["DELETE", "/redfish/v1/", "GET, HEAD"],
    ];
    for (const [method, path, allow] of cases) {
      const answer = await lab.admin.ask(path, { method });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.allow, allow);
      assert.deepEqual(messageIds(answer), ["OperationNotAllowed"]);
    }
    const options = await lab.admin.ask(SYSTEM, { method: "OPTIONS" });
    assert.equal(options.status, 204);
    assert.equal(options.headers.allow, "GET, HEAD, PATCH");
    assert.equal((await lab.anonymous.ask(SYSTEM, { method: "OPTIONS" })).status, 401);
    for (const [path, id] of [
      ["/redfish/v1/Nowhere", "InvalidURI"],
      ["/", "InvalidURI"],
      ["/redfish/v1/Systems/node-9", "ResourceNotFound"],
      ["/redfish/v1/Systems/..%2f..%2fetc", "ResourceNotFound"],
      ["/redfish/v1/Systems/%zz", "ResourceNotFound"],
      ["/redfish/v1/systems/node-1", "InvalidURI"],
      ["/redfish/v1/Systems/__proto__", "ResourceNotFound"],
      ["/redfish/v1/Systems/node-2/EthernetInterfaces", "ResourceNotFound"],
    ] as const) {
      const answer = await lab.admin.get(path);
      assert.equal(answer.status, 404, path);
      assert.deepEqual(messageIds(answer), [id], path);
    }
  });

  it("answers HEAD like GET without the body", async () => {
    const answer = await lab.admin.ask(SYSTEM, { method: "HEAD" });
    assert.equal(answer.status, 200);
    assert.equal(answer.text, "");
    assert.match(String(answer.headers.etag), /^W\//);
    const { link } = (await lab.admin.get(SYSTEM)).headers;
    assert.match(
      String(link),
      /^<http:\/\/redfish\.dmtf\.org\/schemas\/v1\/ComputerSystem\.v1_\d+_\d+\.json>; rel=describedby$/,
    );
    assert.equal(answer.headers.link, link);
  });

  it("refuses bodies that are no JSON object, of another type or too large", async () => {
    const cases: [unknown, Record<string, string>, number, string][] = [
      ["{", {}, 400, "MalformedJSON"],
      ['{"ResetType": "On"', {}, 400, "MalformedJSON"],
      ["[]", {}, 400, "UnrecognizedRequestBody"],
      ['"On"', {}, 400, "MalformedJSON"],
      ["ResetType=On", { "Content-Type": "application/x-www-form-urlencoded" }, 415, "HeaderInvalid"],
      [JSON.stringify({ ResetType: "x".repeat(70_000) }), {}, 413, "PayloadTooLarge"],
    ];
    for (const [body, headers, status, id] of cases) {
      const answer = await lab.admin.ask(RESET, { method: "POST", body, headers });
      assert.equal(answer.status, status, id);
      assert.deepEqual(messageIds(answer), [id]);
    }
    assert.equal(lab.devices["node-1"].acts.length, 0);
  });

  it("survives bodies made to break parsers", async () => {
    const deep = `{"Boot": ${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
    assert.equal((await lab.admin.patch(SYSTEM, deep)).status, 400);
    assert.equal((await lab.admin.patch(SYSTEM, '{"__proto__": {"Boot": 1}}')).status, 400);
    assert.equal((await lab.admin.patch(SYSTEM, '{"Boot": {"constructor": 1, "__proto__": 2}}')).status, 400);
  });

  it("speaks OData 4.0 only, JSON to who takes it, and 501 to queries it does not know", async () => {
    assert.equal((await lab.admin.get(SYSTEM, { "OData-Version": "4.0" })).status, 200);
    assert.equal((await lab.admin.get(SYSTEM, { "OData-Version": "4.1" })).status, 412);
    for (const accept of ["*/*", "application/json;charset=utf-8", "text/html, application/*;q=0.1"]) {
      assert.equal((await lab.admin.get(SYSTEM, { Accept: accept })).status, 200, accept);
    }
    for (const accept of ["image/png", "application/json;q=0"]) {
      assert.equal((await lab.admin.get(SYSTEM, { Accept: accept })).status, 406, accept);
    }
    assert.equal((await lab.admin.get(`${SYSTEM}?$apply=aggregate`)).status, 501);
    assert.equal((await lab.admin.get(`${SYSTEM}?other=1`)).status, 200);
  });

  it("gives the metadata as XML and the service document as JSON", async () => {
    const metadata = await lab.anonymous.get("/redfish/v1/$metadata");
    assert.match(String(metadata.headers["content-type"]), /^application\/xml/);
    assert.match(metadata.text, /Namespace="ComputerSystem\.v1_\d+_\d+"/);
    const odata = await lab.anonymous.get("/redfish/v1/odata");
    assert.ok(odata.body.value?.some((entry: Body) => String(entry.url) === "/redfish/v1/Systems"));
  });

  it("keeps answering whatever nonsense comes over the socket", async () => {
    const { port } = new URL(lab.emulator.url);
    for (const [nonsense, status] of [
      ["GET / HTTP/9.9\r\n\r\n", 400],
      ["\u0000\u0001\u0002", 501],
      ["BREW / HTTP/1.1\r\n\r\n", 501],
      [`GET /${"x".repeat(40_000)} HTTP/1.1\r\n\r\n`, 431],
    ] as const) {
      const reply = await new Promise<string>((resolve) => {
        let text = "";
        const socket = connect({ host: "127.0.0.1", port: Number(port), ca: lab.certificate.cert }, () =>
          socket.write(nonsense),
        );
        socket.on("data", (chunk) => {
          text += chunk.toString();
        });
        socket.on("error", () => undefined);
        socket.on("close", () => resolve(text));
      });
      assert.equal(reply.split(" ")[1], String(status), nonsense.slice(0, 20));
    }
    assert.equal((await lab.admin.get(SYSTEM)).status, 200);
  });
});

/** Every URI in the payload that points at another resource. */
function linksOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "@odata.id" && typeof inner === "string" ? [inner] : linksOf(inner),
  );
}
