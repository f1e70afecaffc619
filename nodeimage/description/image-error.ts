/** A mistake in an image's description or a step that failed: says what, where and how to mend it. */
export class ImageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ImageError";
  }
}
