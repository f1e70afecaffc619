import type { ConfigPath } from "./config-path.ts";

const secretWords = /pass|secret|token|credential|private|authorization|apikey|accesskey/i;
const longest = 80;

/**
 * A value as a message may show it. Whatever stands under `credentials` or a field named like a secret is masked, maps and
 * lists are only named (a secret may be inside), and a login in a URL is cut out.
 */
export function shownValue(path: ConfigPath, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (path.some((step) => typeof step === "string" && secretWords.test(step))) return "secret value";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (typeof value !== "string") return String(value);
  const plain = value.replace(/\/\/[^/\s]*@/g, "//***@");
  return JSON.stringify(plain.length > longest ? `${plain.slice(0, longest)}…` : plain);
}
