import type { Platform } from "../components/versions.ts";
import { ToolError } from "./tool-error.ts";

/**
 * The platform that this process runs on, in Go's words.
 * @throws ToolError unsupported-platform.
 */
export function currentPlatform(): Platform {
  const name = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  switch (name) {
    case "linux-amd64":
    case "linux-arm64":
    case "darwin-amd64":
    case "darwin-arm64":
      return name;
    default:
      throw new ToolError(
        "unsupported-platform",
        `edge-lab does not run on ${name}`,
        "Use Linux or macOS on amd64 or arm64; on Windows use WSL 2.",
      );
  }
}
