import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../tools/python-environment.ts";
import { type CheckResult, parseResult } from "../ironic-check/check-results.ts";
import type { CheckTarget } from "../ironic-check/check-target.ts";
import { PythonEnvironment } from "../support/python-environment.ts";

const script = fileURLToPath(new URL("validators.py", import.meta.url));

/** The use cases wait for machines that start; the validators take seconds. */
const LONGEST_MS = 600_000;

export const TOOLS = ["service", "interop", "protocol", "use-cases"] as const;
export type ToolName = (typeof TOOLS)[number];

/** What the emulator does not offer on purpose (docs/redfish.md); any other complaint is a failure. */
const DECIDED: Readonly<Partial<Record<ToolName, readonly string[]>>> = {
  interop: [
    "^VirtualMedia: Required Resource Error: Resource not found",
    "^Boot/BootSourceOverrideTarget \\(Write\\): None Supported Values Error: The value 'Cd' is not supported",
  ],
};

export interface ConformanceOptions {
  /** Folder with DMTF's CSDL files; without it there is no service validator. */
  readonly schemas: string | undefined;
  /** File with the interoperability profile; without it there is no interop validator. */
  readonly profile: string | undefined;
}

/** DMTF's public tools, locked by version and hash, against a running emulator. */
export class Conformance {
  readonly #python: PythonEnvironment;
  readonly #options: ConformanceOptions;

  private constructor(python: PythonEnvironment, options: ConformanceOptions) {
    this.#python = python;
    this.#options = options;
  }

  /** @throws ToolError that says how to come to Python and to what is pinned */
  static async prepare(options: ConformanceOptions): Promise<Conformance> {
    const bin = await pythonEnvironment("redfish");
    return new Conformance(PythonEnvironment.at(join(bin, "python")), options);
  }

  /** Why a tool cannot run here; undefined when it can. */
  static missing(tool: ToolName, { schemas, profile }: ConformanceOptions): string | undefined {
    if (tool === "service")
      return missingPath(schemas, "SCHEMA_DIR", "the csdl folder of DMTF/Redfish-Publications");
    if (tool === "interop") {
      return missingPath(
        profile,
        "PROFILE",
        "redfish-interop-profiles/OpenStackIronicProfile.v1_2_0.json of openstack/ironic",
      );
    }
    return undefined;
  }

  /**
   * Runs one tool and tells its count and each of its complaints. Machines are switched on and off by "use-cases".
   * @throws PythonError when the tool did not come to its end, which is no result at all
   */
  async run(tool: ToolName, target: CheckTarget, onResult: (result: CheckResult) => void): Promise<void> {
    const { url, username, password, caFile } = target;
    const useCases = [
      "AccountManagement",
      "PowerControl",
      "BootOverride",
      "ManagerEthernetInterfaces",
      "QueryParameters",
    ];
    const decided = DECIDED[tool] ?? [];
    await this.#python.run(script, {
      input: JSON.stringify({ tool, url, username, password, caFile, useCases, decided, ...this.#options }),
      timeoutMs: LONGEST_MS,
      onLine: (line) => onResult(parseResult(line)),
    });
  }
}

function missingPath(path: string | undefined, variable: string, what: string): string | undefined {
  if (path === undefined || path === "") return `${variable} is not set: it names ${what}`;
  return existsSync(path) ? undefined : `${variable} names ${path}, which is not there: it names ${what}`;
}
