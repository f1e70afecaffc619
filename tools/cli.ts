/**
 * `npm run tools`: finds, downloads or builds the outside tools and prints one table of them. `npm run tools -- --help`
 * says the rest. Exit code 0; 1 when a tool cannot be had; 130 when interrupted.
 */
import { Command, Option } from "commander";
import { type ToolName, tools } from "../components/versions.ts";
import { interruption } from "./interruption.ts";
import { recipes } from "./recipes.ts";
import { type ResolvedTool, type Route, routes } from "./resolution.ts";
import { resolveTools, toolsPath } from "./resolver.ts";
import { ToolError } from "./tool-error.ts";

/** What `npm start` does not need: the sim plays these. Node images hold a kubelet, and tests/node runs a real node. */
const ofRealNodes: readonly ToolName[] = ["kubelet", "kube-proxy", "coredns"];
const defaultTools = (Object.keys(tools) as ToolName[]).filter((name) => !ofRealNodes.includes(name));

interface Options {
  readonly json?: true;
  readonly env?: true;
  readonly offline?: true;
  readonly route?: Route;
  readonly allowUnpinned?: true;
}

const program = new Command("tools")
  .description("Finds each outside tool on PATH, else downloads it, else builds it, and says which.")
  .argument(
    "[names...]",
    `the tools to look for (default: what npm start needs): ${Object.keys(recipes).join(", ")}`,
  )
  .addOption(new Option("--json", "print JSON instead of a table").conflicts("env"))
  .option("--env", 'print a shell export of PATH: eval "$(npm run -s tools -- --env)"')
  .option("--offline", "use no network: PATH, what is cached, and Go with what it has downloaded before")
  .addOption(
    new Option("--route <route>", "force one route; also EDGE_LAB_TOOLS")
      .choices([...routes])
      .conflicts("offline"),
  )
  .option(
    "--allow-unpinned",
    "download also what has no sha256 in components/versions.ts; also EDGE_LAB_ALLOW_UNPINNED=1",
  )
  .action(run);

async function run(names: readonly string[], options: Options): Promise<void> {
  const wanted = names.map((name) => {
    if (Object.hasOwn(tools, name)) return name as ToolName;
    throw new ToolError(
      "bad-option",
      `there is no tool "${name}"`,
      `Known: ${Object.keys(tools).join(", ")}.`,
    );
  });
  const route = options.offline === true ? "offline" : options.route;
  const resolved = await resolveTools(wanted.length === 0 ? defaultTools : wanted, {
    signal: interruption(),
    ...(route === undefined ? {} : { route }),
    ...(options.allowUnpinned === undefined ? {} : { allowUnpinned: true }),
  });
  if (options.env === true) process.stdout.write(`export PATH=${quoted(toolsPath(resolved))}:"$PATH"\n`);
  else if (options.json === true) process.stdout.write(`${JSON.stringify(resolved, undefined, 2)}\n`);
  else process.stdout.write(table(resolved));
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function table(resolved: readonly ResolvedTool[]): string {
  const here = `${process.cwd()}/`;
  const rows = [
    ["TOOL", "VERSION", "FROM", "PATH", "WHY"],
    ...resolved.map((tool) => [
      tool.name,
      tool.version,
      tool.source,
      tool.path.startsWith(here) ? tool.path.slice(here.length) : tool.path,
      tool.note,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(`edge-lab: ${error.message}`);
  process.exitCode = error.code === "interrupted" ? 130 : 1;
}
