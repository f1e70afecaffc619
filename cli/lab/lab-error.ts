/** What keeps a `lab` command from its work, in words for the person at the keyboard, with the fix; never a secret. */
export class LabError extends Error {
  override readonly name = "LabError";

  constructor(problem: string, fix: string) {
    super(`${problem}. ${fix}${/[.?)]$/.test(fix) ? "" : "."}`);
  }
}
