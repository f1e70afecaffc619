/**
 * Runs the checks of the repository in order and ends with the plain line `N passed, N failed` that CI reads.
 *
 * Usage: `node tests/run.ts [suite ...]` with the suites named in SUITES; without one, all that are not left for a run of
 * their own. Exits 1 when anything failed, and also when a suite ran no test at all, since an empty suite proves nothing (but for
 * one that may be left out).
 *
 * EDGE_LAB_TEST_TOTALS names a file to which `PASSED FAILED` is added in the place of that last line, for CI, which runs
 * this more than once and sums it up.
 */
import { type SpawnOptions, spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Suite {
  readonly title: string;
  readonly specs: readonly string[];
  /** Milliseconds for one test, hooks included: generous, since no test judges speed. */
  readonly timeout: number;
  /** Test files that run beside each other; one after the other if left out. */
  readonly filesAtOnce?: number;
  /** Only when it is asked for. */
  readonly apart?: true;
  /** Where the machine lacks what it needs, which its tests then say: no failure of who runs all suites. */
  readonly mayBeLeftOut?: true;
}

const SUITES: Readonly<Record<string, Suite>> = {
  unit: { title: "unit tests (Node only)", specs: ["tests/unit/**/*.test.ts"], timeout: 30_000 },
  components: {
    title: "Pulumi components under mocks, against the real schemas",
    specs: ["tests/components/**/*.test.ts"],
    // The first hook may download Go modules for the custom resource definitions.
    timeout: 900_000,
  },
  emulator: {
    title: "Redfish emulator over sockets",
    specs: ["tests/emulator/**/*.test.ts"],
    // Some open a hundred connections by TLS, which takes minutes where others have the processor.
    timeout: 300_000,
  },
  devices: {
    title: "independent clients from PyPI and npm against the simulated devices (needs Python 3 and PyPI)",
    specs: ["tests/devices-independent/**/*.test.ts"],
    timeout: 600_000,
  },
  ironic: {
    title: "Ironic's own clients from PyPI against the emulator (needs Python 3 and PyPI)",
    specs: ["tests/ironic-check/**/*.test.ts"],
    // Both clients run in one hook, each of which may take a quarter of an hour on a machine under load.
    timeout: 2_400_000,
  },
  conformance: {
    title: "DMTF's public tools from PyPI against the emulator (needs Python 3 and PyPI)",
    specs: ["tests/conformance/**/*.test.ts"],
    timeout: 900_000,
  },
  flight: {
    title:
      "the real controllers and the real Ironic, a lab from first to last (needs root, Python 3 and PyPI)",
    specs: ["tests/flight/**/*.test.ts"],
    // The first test may build the whole toolchain.
    timeout: 2_400_000,
  },
  life: {
    title:
      "what happens to a lab in its life: upgrade, faults, restarts, changes (needs root, Python 3 and PyPI)",
    specs: ["tests/life/**/*.test.ts"],
    timeout: 2_400_000,
    apart: true,
    // Labs of their own, which wait for each other's timers more than they compute.
    filesAtOnce: 3,
  },
  why: {
    title: "`lab why` names faults planted in a whole lab (needs root, Python 3 and PyPI)",
    specs: ["tests/why/**/*.test.ts"],
    timeout: 2_400_000,
    apart: true,
  },
  "sim-os": {
    title: "the system of simulated machines: namespaces, kubeadm, etcd (needs root)",
    specs: ["tests/sim-os/**/*.test.ts"],
    timeout: 600_000,
  },
  "node-image": {
    title:
      "a node image that is built, deployed and booted in QEMU, and served by a real nginx (needs root on Debian, PyPI)",
    specs: ["tests/node-image/**/*.test.ts"],
    // The first test of the linter installs it, that of the boot makes its base.
    timeout: 2_400_000,
  },
  browser: {
    title: "the console and the documentation in a real Chromium (needs it, or root on Debian to install it)",
    specs: ["tests/browser/**/*.test.ts"],
    // The first hook may install the browser.
    timeout: 900_000,
  },
  docs: {
    title: "the documentation: its site, its links, what is made of the code",
    specs: ["tests/docs/**/*.test.ts"],
    // The first hook builds the site.
    timeout: 600_000,
  },
  tutorial: {
    title:
      "the tutorial's commands, in a copy of this checkout (needs root; takes the sim of `npm start`'s addresses)",
    specs: ["tests/tutorial/**/*.test.ts"],
    // One test brings up the whole lab, and may build the toolchain.
    timeout: 2_400_000,
    apart: true,
  },
  "node-core": {
    title:
      "a real node comes, runs a pod and leaves nothing behind (needs root on Debian; left out where it cannot be had)",
    specs: ["tests/node/10-node.test.ts", "tests/node/90-down.test.ts"],
    // The first hook may build Kubernetes.
    timeout: 2_400_000,
    mayBeLeftOut: true,
  },
  node: {
    title: "pods on a real node: kubelet, containerd, runc (needs root on Debian, or this machine's k3s)",
    specs: ["tests/node/**/*.test.ts"],
    // The first hook may build Kubernetes.
    timeout: 2_400_000,
    apart: true,
    mayBeLeftOut: true,
  },
  "node-flight": {
    title: "a lab with all of it in pods on a real node, to provisioned hosts (needs root on Debian, PyPI)",
    specs: ["tests/node-flight/**/*.test.ts"],
    // The first hook may build Kubernetes and the controllers.
    timeout: 2_400_000,
    apart: true,
  },
  engine: {
    title: "the real Pulumi engine on the embedded lab",
    specs: ["tests/engine/**/*.test.ts"],
    // The first hook may build the whole toolchain.
    timeout: 2_400_000,
  },
};

interface Counts {
  passed: number;
  failed: number;
}

/** As the reporter writes them. */
interface Report extends Counts {
  pending: number;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    child.on("error", (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** A check without tests of its own (types, lint) counts as one. */
async function check(title: string, command: string, args: readonly string[]): Promise<Counts> {
  console.log(`\n== ${title}`);
  const code = await run(command, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function mocha(suite: Suite): Promise<Counts> {
  console.log(`\n== ${suite.title}`);
  const folder = mkdtempSync(join(tmpdir(), "edge-lab-tests-"));
  const report = join(folder, "counts.json");
  try {
    const beside = suite.filesAtOnce ? ["--parallel", "--jobs", String(suite.filesAtOnce)] : [];
    const options = ["--timeout", String(suite.timeout), "--reporter", "tests/reporter.cjs", ...beside];
    const args = [...options, ...suite.specs];
    const code = await run("mocha", args, { env: { ...process.env, EDGE_LAB_TEST_COUNTS: report } });
    const counts = readCounts(report);
    // mocha may fail outside any test: a file that does not load, an unhandled rejection, no file found.
    const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed;
    const leftOut = suite.mayBeLeftOut === true && counts.pending > 0;
    return { passed: counts.passed, failed: counts.passed + failed === 0 && !leftOut ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(report: string): Report {
  try {
    return JSON.parse(readFileSync(report, "utf8")) as Report;
  } catch {
    return { passed: 0, failed: 0, pending: 0 };
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(", ")}. There are: ${Object.keys(SUITES).join(", ")}.`);
  process.exit(2);
}

const total: Counts = { passed: 0, failed: 0 };
function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
}

if (asked.length === 0) {
  add(await check("types", "tsc", ["--noEmit"]));
  add(await check("types of the console's page", "tsc", ["-p", "emulator/tsconfig.page.json"]));
  add(await check("format and lint", "biome", ["ci", "--error-on-warnings", "."]));
}
for (const [name, suite] of Object.entries(SUITES)) {
  if (asked.length === 0 ? suite.apart !== true : asked.includes(name)) add(await mocha(suite));
}
const totals = process.env.EDGE_LAB_TEST_TOTALS;
if (totals === undefined) console.log(`\n${total.passed} passed, ${total.failed} failed`);
else appendFileSync(totals, `${total.passed} ${total.failed}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
