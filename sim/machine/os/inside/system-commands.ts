import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { insidePaths } from "../private-root.ts";

/** What bootstrap commands call and a container-less system cannot do: noted in a log, answered with success. */
const PLAYED = [
  "systemctl",
  "crictl",
  "ctr",
  "modprobe",
  "sysctl",
  "swapoff",
  "hostnamectl",
  "timedatectl",
  "netplan",
];
const POWER: Readonly<Record<string, string>> = { poweroff: "poweroff", halt: "poweroff", reboot: "reboot" };
const REAL = ["kubectl", "etcd"];
const LOG = "/var/log/played-commands.log";
const KUBEADM = fileURLToPath(new URL("./kubeadm-command.ts", import.meta.url));

/** Puts the installed system's own commands where PATH looks first. */
export function installSystemCommands(): void {
  const put = (name: string, script: string) => {
    const path = join(insidePaths.commands, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  };
  for (const name of PLAYED)
    put(
      name,
      `echo "$(date -u +%FT%TZ) ${name} $*" >> ${LOG}\n${name === "systemctl" ? powerOfSystemctl : "exit 0"}`,
    );
  for (const [name, request] of Object.entries(POWER))
    put(name, `echo ${request} > ${insidePaths.powerRequest}`);
  put(
    "shutdown",
    `case "$1" in -r|--reboot) how=reboot;; *) how=poweroff;; esac\necho $how > ${insidePaths.powerRequest}`,
  );
  for (const name of REAL) put(name, `exec ${join(insidePaths.kubernetes, name)} "$@"`);
  put("kubeadm", `exec ${insidePaths.node} --disable-warning=ExperimentalWarning ${KUBEADM} "$@"`);
}

const powerOfSystemctl = `case "$1" in
  poweroff|halt) echo poweroff > ${insidePaths.powerRequest};;
  reboot|kexec) echo reboot > ${insidePaths.powerRequest};;
esac
exit 0`;
