/**
 * Requests that nobody would make. Bounded, so that it is part of every run; a failure prints its seed and the smallest request that
 * shows it. `npm run bench:soak` does the same for as long as one likes.
 */
import assert from "node:assert/strict";
import { connect as connectTcp, type Socket } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";

const RUNS = 150;
/** Of the process with client and service in it. */
const MOST_GROWTH_MIB = 300;
const ROOT = "/redfish/v1";
const PLACES = [
  "",
  "/",
  "/odata",
  "/$metadata",
  "/Systems",
  "/Systems/node-1",
  "/Systems/node-1/Actions/ComputerSystem.Reset",
  "/Systems/node-1/LogServices/Events/Entries",
  "/SessionService/Sessions",
  "/AccountService/Accounts",
  "/AccountService/Accounts/admin",
  "/AccountService/Roles",
  "/EventService/Subscriptions",
  "/EventService/Actions/EventService.SubmitTestEvent",
  "/Managers/Service/LogServices/Audit/Entries",
  "/Registries/EdgeLab",
];
const methods = fc.constantFrom(
  "GET",
  "HEAD",
  "POST",
  "PATCH",
  "PUT",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "BREW",
  "get",
);
/** Printable, without what would end the request line. */
const odd = fc.stringMatching(/^[!-~]{0,40}$/);
const encodings = fc.constantFrom(
  "%00",
  "%2e%2e%2f",
  "%zz",
  "%ff%fe",
  "%F0%9F%92%A9",
  "..",
  "//",
  ";a=b",
  "__proto__",
  "constructor",
  "%252e",
);
const paths = fc.oneof(
  fc.constantFrom(...PLACES).map((place) => `${ROOT}${place}`),
  fc
    .tuple(fc.constantFrom(...PLACES), encodings, odd)
    .map(([place, code, rest]) => `${ROOT}${place}/${code}${rest}`),
  odd.map((text) => `/${text}`),
  fc.constantFrom(
    "*",
    "http://other.example/redfish/v1/",
    "/redfish/v1?",
    "//redfish/v1",
    "/metrics",
    "/healthz",
  ),
);
const queries = fc.oneof(
  fc.constant(""),
  fc
    .tuple(
      fc.constantFrom("$select", "$expand", "$filter", "$top", "$skip", "only", "$apply", "x", "%24expand"),
      fc.oneof(
        odd,
        fc.constantFrom(
          ".",
          "*($levels=3)",
          "~",
          "Id%20eq%20'x'",
          "not%20not%20(Id%20eq%20null)",
          "-1",
          "1e9",
          "Members/x",
        ),
      ),
    )
    .map(([name, value]) => `?${name}=${value}`),
);
const headers = fc.dictionary(
  fc.constantFrom(
    "Accept",
    "Content-Type",
    "OData-Version",
    "If-Match",
    "If-None-Match",
    "X-Request-Id",
    "X-Auth-Token",
    "Authorization",
    "Transfer-Encoding",
    "Expect",
    "Range",
    "Cookie",
    "X-Forwarded-For",
    "Last-Event-ID",
    "Upgrade",
    "X-HTTP-Method-Override",
  ),
  fc.oneof(
    odd,
    fc.constantFrom(
      "application/json",
      "*/*",
      "4.0",
      "chunked",
      "100-continue",
      "Basic Og==",
      'W/"x"',
      "DELETE",
    ),
  ),
  { maxKeys: 4 },
);
const bodies = fc.oneof(
  fc.constant(""),
  fc.json({ maxDepth: 4 }),
  fc.json().map((text) => text.slice(0, -1)),
  odd,
  fc.constantFrom(
    '{"__proto__":{"x":1}}',
    `{"a":${"[".repeat(5_000)}`,
    '{"ResetType":{}}',
    '{"Boot":[]}',
    "\u0000",
    "{}",
    "[]",
    "null",
  ),
);

describe("requests that nobody would make", () => {
  let lab: TestEmulator;

  let residentBefore = 0;

  before(async () => {
    residentBefore = process.memoryUsage().rss;
    lab = await testEmulator();
  });
  after(async () => {
    await lab.stop();
  });

  /** Sends text as it stands; resolves with everything that came back until the connection ended. */
  const send = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = "";
      const socket = connect(
        { host: "127.0.0.1", port: Number(new URL(lab.emulator.url).port), ca: lab.certificate.cert },
        () => {
          socket.write(text);
          // A request that waits for more than it was sent would only run into the time limits.
          socket.end();
        },
      );
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
        // A stream of events has no end of its own.
        if (answer.includes("text/event-stream")) socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(answer));
    });

  /** 501: a method or query nobody knows; 503: only what says when to come again. */
  const fair = (answer: string): void => {
    if (answer === "") return;
    const [, status = ""] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
    assert.ok(status !== "", answer.slice(0, 200));
    if (Number(status) < 500 || status === "501") return;
    assert.equal(status, "503", answer.slice(0, 400));
    assert.match(answer, /^retry-after:/im);
  };

  const login = `Authorization: Basic ${Buffer.from(`admin:${passwords.admin}`).toString("base64")}\r\n`;

  it("get an answer that is none of a broken service", async () => {
    const request = fc.tuple(methods, paths, queries, headers, bodies, fc.boolean());
    await fc.assert(
      fc.asyncProperty(request, async ([method, path, query, given, body, known]) => {
        const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
        const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
        const head = `Host: x\r\nConnection: close\r\n${known ? login : ""}${lines.join("")}${length}`;
        fair(await send(`${method} ${path}${query} HTTP/1.1\r\n${head}\r\n${body}`));
      }),
      { numRuns: RUNS },
    );
    await alive();
  });

  it("with any JSON change nothing and break nothing", async () => {
    const names = fc.constantFrom(
      "ResetType",
      "Boot",
      "UserName",
      "Password",
      "RoleId",
      "Enabled",
      "Destination",
      "Protocol",
      "Context",
      "MessageId",
      "@odata.id",
      "x",
    );
    const body = fc.oneof(
      fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
      fc.jsonValue(),
    );
    const places = fc.constantFrom(
      ["PATCH", "/Systems/node-1"] as const,
      ["POST", "/Systems/node-1/Actions/ComputerSystem.Reset"] as const,
      ["POST", "/SessionService/Sessions"] as const,
      ["POST", "/AccountService/Accounts"] as const,
      ["PATCH", "/AccountService/Accounts/admin"] as const,
      ["POST", "/EventService/Subscriptions"] as const,
      ["PATCH", "/EventService/Subscriptions/1"] as const,
    );
    await fc.assert(
      fc.asyncProperty(places, body, async ([method, place], value) => {
        const { status, text } = await lab.admin.ask(`${ROOT}${place}`, { method, body: value ?? "null" });
        // 429 once the nonsense logins have used up what is let go by.
        assert.ok(status >= 400 && status < 500, `${status}: ${text}`);
      }),
      { numRuns: RUNS },
    );
    assert.deepEqual(lab.devices["node-1"].acts, []);
    await alive();
  });

  it("as broken bytes are hung up on", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        fair(await send(Buffer.from(bytes).toString("latin1")));
      }),
      { numRuns: RUNS },
    );
    await alive();
  });

  it("that never come, two thousand of them, leave room for others", async () => {
    const { port } = new URL(lab.emulator.url);
    const idle: Socket[] = [];
    try {
      for (let count = 0; count < 2_000; count += 1) {
        const socket = connectTcp({ host: "127.0.0.1", port: Number(port) });
        socket.on("error", () => undefined);
        idle.push(socket);
      }
      await alive();
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  it("leave no memory behind", () => {
    const grown = (process.memoryUsage().rss - residentBefore) / 2 ** 20;
    assert.ok(grown < MOST_GROWTH_MIB, `${grown.toFixed(0)} MiB more than before`);
  });

  async function alive(): Promise<void> {
    assert.equal((await lab.admin.get(`${ROOT}/Systems/node-1`)).status, 200);
  }
});
