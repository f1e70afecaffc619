/** Leaves the tests of a suite out and says why; does nothing without a reason. For a `before` hook. */
export function leaveOut(context: Mocha.Context, why: string | undefined): void {
  if (why === undefined) return;
  console.log(`    left out: ${why}`);
  context.skip();
}
