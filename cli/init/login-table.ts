import type { HostLogin } from "./lab-logins.ts";

/** Which logins are set, one host a line, as plain text. */
export function loginTable(hosts: readonly HostLogin[]): string {
  const word = (set: boolean, optional: boolean): string => (set ? "set" : optional ? "none" : "MISSING");
  const rows = [
    ["host", "driver", "username", "password"],
    ...hosts.map((host) => [
      host.host,
      host.driver,
      word(host.username, host.optional),
      word(host.password, host.optional),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}
