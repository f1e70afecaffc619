export type ToolErrorCode =
  | "bad-option"
  | "build-failed"
  | "checksum"
  | "disk-full"
  | "http"
  | "interrupted"
  | "no-go"
  | "no-network"
  | "no-route"
  | "unpinned"
  | "unsupported-platform";

/**
 * What went wrong with an outside tool or manifest, and what to do about it.
 *
 * `code` is for programs, the message for people: what happened (with the value), then the fix on its own line.
 */
export class ToolError extends Error {
  readonly code: ToolErrorCode;
  readonly fix: string;
  /** The same request may succeed later: an interrupted transfer, a busy server. */
  readonly retryable: boolean;

  constructor(
    code: ToolErrorCode,
    what: string,
    fix: string,
    options: { readonly cause?: unknown; readonly retryable?: boolean } = {},
  ) {
    super(fix === "" ? what : `${what}\n  ${fix}`, { cause: options.cause });
    this.name = "ToolError";
    this.code = code;
    this.fix = fix;
    this.retryable = options.retryable ?? false;
  }

  /** The first line alone, for a table cell or a reason in a longer sentence. */
  get summary(): string {
    return this.message.split("\n", 1)[0] ?? this.message;
  }
}
