/** Why there is no preview, with the fix, in words for the person at the keyboard. */
export class PreviewError extends Error {
  override readonly name = "PreviewError";
}
