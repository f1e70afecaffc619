/**
 * `npm run bench:emulator [-- --seconds 2 --rounds 3 --write]`: the emulator, sushy-tools (PyPI) and a bare Node server that answers
 * the same body, side by side: GET of a System, in rounds one after the other, the median of each. Seconds say more about the
 * machine than about a program, so read the ratios, which are of the same minutes. `--write` puts the table into
 * docs/emulator-bench.md. Not a test: nothing judges it.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command } from "commander";
import { makePair } from "../../sim/standins/x509-pair.ts";
import { startDeployed } from "./deployed-emulator.ts";
import { interruption } from "./interruption.ts";
import type { LoadOrder, LoadResult } from "./load.ts";
import { PEER_SYSTEM, startPeer } from "./peer.ts";
import { Target } from "./target.ts";

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PAGE = here("../../docs/emulator-bench.md");
const BASIC = { Authorization: `Basic ${Buffer.from("bench:bench-password").toString("base64")}` };

interface Options {
  readonly seconds: string;
  readonly rounds: string;
  readonly write?: true;
}
interface Contender {
  readonly name: string;
  readonly target: Target;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}
interface Row {
  readonly what: string;
  readonly cells: readonly Cell[];
}
interface Cell extends LoadResult {
  readonly name: string;
  /** Microseconds of the server's CPU for one request: the figure that neighbours disturb least. */
  readonly cpu: number;
}

const options = new Command("bench:emulator")
  .option("--seconds <number>", "for each measurement", "2")
  .option("--rounds <number>", "of which the median is told", "3")
  .option("--write", "the table into docs/emulator-bench.md, whose other sections stay")
  .parse()
  .opts<Options>();
const milliseconds = Number(options.seconds) * 1000;

async function measure(contender: Contender, connections: number, close: boolean): Promise<Cell> {
  const { name, target, path, headers } = contender;
  const order: LoadOrder = { url: `${target.url}${path}`, headers, connections, close, milliseconds };
  const before = target.cpuSeconds;
  const { stdout } = await run(process.execPath, [here("load.ts"), JSON.stringify(order)], {
    signal: interruption,
  });
  const result = JSON.parse(stdout) as LoadResult;
  return { name, ...result, cpu: ((target.cpuSeconds - before) * 1e6) / Math.max(1, result.answers) };
}

/** Until V8 has compiled what is hot: what begins is not what runs. Both ways of connecting take other ways through Node. */
async function warm(contender: Contender): Promise<void> {
  for (const close of [true, false]) {
    for (let requests = 0; requests < 15_000; ) {
      const { answers } = await measure(contender, 32, close);
      requests += answers + 1_000;
    }
  }
}

/** Rounds over all contenders, so that what the machine does meanwhile concerns all alike. */
async function compare(
  what: string,
  contenders: readonly Contender[],
  connections: number,
  close: boolean,
): Promise<Row> {
  const cells = new Map(contenders.map(({ name }) => [name, [] as Cell[]]));
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const contender of contenders) {
      cells.get(contender.name)?.push(await measure(contender, connections, close));
    }
  }
  console.log(`${what}: done, load ${loadavg()[0]?.toFixed(1)}`);
  return { what, cells: [...cells.values()].flatMap((list) => median(list) ?? []) };
}

function median(cells: Cell[]): Cell | undefined {
  return cells.sort((a, b) => a.perSecond - b.perSecond)[Math.floor(cells.length / 2)];
}

async function session(target: Target): Promise<Record<string, string>> {
  const answer = await fetch(`${target.url}/redfish/v1/SessionService/Sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ UserName: "bench", Password: "bench-password" }),
  });
  return { "X-Auth-Token": answer.headers.get("x-auth-token") ?? "" };
}

async function certificate(folder: string): Promise<string> {
  const { certificate: cert, key } = await makePair({
    commonName: "bench",
    organizations: [],
    dnsNames: [],
    uris: [],
    ipAddresses: ["127.0.0.1"],
    isCA: false,
    usages: ["server auth", "digital signature"],
    key: { algorithm: "ECDSA" },
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
  });
  writeFileSync(join(folder, "tls.crt"), cert);
  writeFileSync(join(folder, "tls.key"), key, { mode: 0o600 });
  return folder;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edge-lab-bench-"));
  const targets: Target[] = [];
  const start = async (starting: Promise<Target>): Promise<Target> => {
    const target = await starting;
    targets.push(target);
    return target;
  };
  const emulator = (...args: string[]) => start(startDeployed(folder, args));
  const bareNode = (...args: string[]) => start(Target.start(process.execPath, [here("bare.ts"), ...args]));
  const PATH = "/redfish/v1/Systems/node-0";
  try {
    const ours = await emulator("3");
    const body = join(folder, "body.json");
    const first = await fetch(`${ours.url}${PATH}`, { headers: BASIC });
    writeFileSync(body, await first.text());
    const bare = await bareNode(body);
    const many = await emulator("1000");
    const one = await start(startPeer(folder, 1, 3));
    const four = await start(startPeer(folder, 4, 3));
    const tls = await certificate(folder);
    const oursTls = await emulator("3", tls);
    const bareTls = await bareNode(body, tls);
    const us = { name: "emulator", target: ours, path: PATH, headers: BASIC };
    const limit = { name: "bare Node", target: bare, path: PATH, headers: {} };
    const peerPath = `/redfish/v1/Systems/${PEER_SYSTEM}`;
    const peers = [
      { name: "sushy-tools, 1 worker", target: one, path: peerPath, headers: {} },
      { name: "sushy-tools, 4 workers", target: four, path: peerPath, headers: {} },
    ];
    const idle = targets.map(({ memoryMiB }) => memoryMiB);
    for (const contender of [us, limit]) await warm(contender);
    const rows: Row[] = [];
    for (const connections of [1, 32, 256]) {
      rows.push(
        await compare(`one connection per request, ${connections}`, [us, limit, ...peers], connections, true),
      );
    }
    for (const connections of [1, 32, 256]) {
      rows.push(await compare(`keep-alive, ${connections}`, [us, limit], connections, false));
    }
    const secure = { ...us, target: oursTls };
    await warm(secure);
    rows.push(
      await compare("TLS, one connection per request, 32", [secure, { ...limit, target: bareTls }], 32, true),
    );
    rows.push(await compare("TLS, keep-alive, 32", [secure, { ...limit, target: bareTls }], 32, false));
    const token = { ...us, headers: await session(ours) };
    rows.push(await compare("session login, one connection per request, 32", [token, limit], 32, true));
    await warm(token);
    const big = { ...us, target: many };
    await warm(big);
    rows.push(await compare("1,000 machines, one connection per request, 32", [big, limit], 32, true));
    const collection = { ...big, path: "/redfish/v1/Systems" };
    rows.push(await compare("collection of 1,000 machines, 1", [collection], 1, true));
    const facts = [
      `Memory, idle and after: emulator ${megabytes(idle[0])} and ${megabytes(ours.memoryMiB)}, with 1,000 machines ${megabytes(idle[2])} and ${megabytes(many.memoryMiB)}; sushy-tools with 1 worker ${megabytes(idle[3])} and ${megabytes(one.memoryMiB)}, with 4 ${megabytes(idle[4])} and ${megabytes(four.memoryMiB)}.`,
      `Start to the first answer: emulator ${ours.startMs.toFixed(0)} ms, with 1,000 machines ${many.startMs.toFixed(0)} ms; sushy-tools ${one.startMs.toFixed(0)} ms; bare Node ${bare.startMs.toFixed(0)} ms.`,
    ];
    const table = render(rows, facts);
    console.log(`\n${table}`);
    if (options.write)
      writeFileSync(PAGE, `${table}${readFileSync(PAGE, "utf8").replace(/^.*?(?=\n## |$)/s, "")}`);
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of MiB, in units of 1,000,000 bytes. */
function megabytes(mebibytes: number | undefined): string {
  return `${(((mebibytes ?? 0) * 2 ** 20) / 1e6).toFixed(0)} MB`;
}

function render(rows: readonly Row[], facts: readonly string[]): string {
  const lines = rows.flatMap(({ what, cells }) => {
    const [us] = cells;
    return cells.map((cell, index) => {
      const ratio = us && index > 0 ? `${(us.perSecond / Math.max(1, cell.perSecond)).toFixed(2)}` : "";
      const figures = [cell.perSecond, cell.p50, cell.p99, cell.cpu].map((value) =>
        value.toFixed(value < 10 ? 1 : 0),
      );
      return `| ${index === 0 ? what : ""} | ${cell.name} | ${figures.join(" | ")} | ${cell.errors} | ${ratio} |`;
    });
  });
  return `# The emulator beside others

\`npm run bench:emulator -- --write\` made this page on ${new Date().toISOString().slice(0, 10)}: GET of a System, ${options.rounds} rounds of ${options.seconds} s, ${cpus().length} cores, load
${loadavg()[0]?.toFixed(1)} at the end, so that other work took part of the machine. The emulator runs as in its image and checks a login at every request (Basic unless said otherwise); sushy-tools
2.2.0 runs behind gunicorn with its fake driver and without a login; the bare Node server answers the same body from memory and is
the limit. Ratios are the emulator's requests per second by the other's. CPU is the server's own for one request.

| what, connections | server | req/s | p50 ms | p99 ms | CPU µs | errors | ratio |
| --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join("\n")}

${facts.join("\n")}
`;
}

try {
  await main();
} catch (error) {
  if (!interruption.aborted) throw error;
  console.error(`bench: ${interruption.reason.message}`);
  process.exitCode = 1;
}
