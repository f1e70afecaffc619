import assert from "node:assert/strict";
import { resources } from "../../../emulator/src/redfish/index.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";

describe("the URIs of the tree", () => {
  let lab: TestEmulator;
  before(async () => {
    lab = await testEmulator();
  });
  after(async () => {
    await lab.stop();
  });

  it("belong to one resource each, with and without a slash at the end", async () => {
    for (const { uri, GET, POST, PATCH, DELETE } of resources) {
      const path = uri.replace(/:\w+/g, "x");
      for (const asked of [path, `${path}/`]) {
        const { status, headers } = await lab.admin.ask(asked, { method: "OPTIONS" });
        assert.equal(status, 204, asked);
        const methods = [GET && "GET, HEAD", POST && "POST", PATCH && "PATCH", DELETE && "DELETE"];
        assert.equal(headers.allow, methods.filter(Boolean).join(", "), asked);
      }
    }
    const { text } = await lab.admin.get("/metrics");
    for (const { uri } of resources) {
      const counted = `redfish_http_request_duration_seconds_count{method="OPTIONS",route="${uri}",status="204"} 2`;
      assert.ok(text.includes(`${counted}\n`), `${uri} is answered by another resource`);
    }
  });

  it("are told from each other by case, by slashes and by nothing that is encoded wrong", async () => {
    for (const [path, status] of [
      ["/redfish/v1/systems", 404],
      ["/redfish/v1/Systems//", 404],
      ["/redfish/v1//Systems", 404],
      ["/redfish/v1/Systems/%6eode-1", 200],
      ["/redfish/v1/Systems/node-1%2FProcessors", 404],
      ["/redfish/v1/Systems/%zz", 404],
      ["/redfish/v1/Systems/node-1/Processors/1/2", 404],
    ] as const) {
      assert.equal((await lab.admin.get(path)).status, status, path);
    }
  });
});
