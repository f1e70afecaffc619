/** Where images are built: this machine, or another one by SSH. */
export interface HostAddress {
  /** USER@HOST or a name of ~/.ssh/config; this machine if left out. */
  readonly ssh?: string | undefined;
  /** Run everything by `sudo -n`: images are built by root. */
  readonly sudo: boolean;
}

/** A command line as this machine has to start it. Pure. */
export function hostCommand({ ssh, sudo }: HostAddress, argv: readonly string[]): readonly string[] {
  const command = sudo ? ["sudo", "-n", "--", ...argv] : argv;
  if (ssh === undefined) return command;
  return [
    "ssh",
    // It asks nobody for a password or about an unknown host key: it fails.
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15"],
    "--",
    ssh,
    command.map(quoted).join(" "),
  ];
}

/** A word for a POSIX shell, which sshd hands the command to. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
