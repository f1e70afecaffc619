/** `kubeadm` on a simulated machine: the real one, without what needs a container runtime. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { insidePaths } from "../private-root.ts";
import { kubeadmArguments } from "./kubeadm-arguments.ts";

const args = kubeadmArguments(process.argv.slice(2), (path) => readFileSync(path, "utf8"));
const started = Date.now();
const { status, error } = spawnSync(join(insidePaths.kubernetes, "kubeadm"), args, { stdio: "inherit" });
if (error) process.stderr.write(`kubeadm could not be started: ${error.message}\n`);
process.stderr.write(`[edge-lab] kubeadm ${args[0]}: exit ${status ?? "none"}, ${Date.now() - started} ms\n`);
process.exitCode = status ?? 1;
