/** What is behind a failed step, and what to do. */
interface Hint {
  readonly sign: RegExp;
  hint(found: RegExpExecArray): string;
}

const hints: readonly Hint[] = [
  {
    sign: /(?:No match for argument|Unable to find a match|Unable to locate package|No packages? (?:matches|found)):? *([\w.+:~-]+)/,
    hint: ([, name]) =>
      `the package repositories have no ${name}: choose another version or name, or look at \`repositories\` of the image's variables`,
  },
  {
    sign: /No space left on device|disk quota exceeded/i,
    hint: () => "the disk is full: free some space there, or give another work folder",
  },
  {
    sign: /(?:loop|losetup).*(?:cannot find an unused|could not find any free|No such file|failed to set ?up|Operation not permitted|Permission denied)|failed to set ?up loop/i,
    hint: () =>
      "no loop device can be had: load the module (modprobe loop) and build as root, not inside a container",
  },
  {
    sign: /(\S+): (?:command )?not found|spawn (\S+) ENOENT|exec: "(\S+)": executable file not found/,
    hint: ([, a, b, c]) => `${a ?? b ?? c} is not installed there`,
  },
  {
    sign: /sudo: a password is required|a terminal is required to read the password/,
    hint: () => "sudo asks for a password: allow it without one for this user, or build as root",
  },
  {
    sign: /Permission denied \(publickey|Host key verification failed|Could not resolve hostname|ssh: connect to host/,
    hint: () => "the machine cannot be reached by SSH without a question: try `ssh` by hand once",
  },
  {
    sign: /(?:initializing source|pulling image|pinging container registry|error pulling).*?(?:docker:\/\/)?([\w./:@-]+)/i,
    hint: () => "an image cannot be pulled: check its reference and the registry",
  },
];

/** What a step's output says in words for people; undefined when nothing known is in it. Pure. */
export function failureHint(output: string): string | undefined {
  for (const { sign, hint } of hints) {
    const found = sign.exec(output);
    if (found) return hint(found);
  }
  return undefined;
}
