import { appendFileSync, chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { FileToWrite } from "./cloud-config.ts";

/**
 * cloud-init's write_files: content by encoding (text/plain, b64, gz, gz+b64 and their longer names), permissions
 * (0644), owner, append. A file that fails does not stop those after it, as in cloudinit/config/cc_write_files.py.
 *
 * @param root before every path; "/" inside a machine.
 * @returns one message for each file that could not be written.
 */
export function writeFiles(files: readonly FileToWrite[], root = "/"): string[] {
  return files.flatMap((file) => {
    try {
      writeOne(file, root);
      return [];
    } catch (error) {
      return [`write_files ${file.path}: ${(error as Error).message}`];
    }
  });
}

function writeOne(file: FileToWrite, root: string): void {
  const path = join(root, file.path);
  const content = decoded(file.content ?? "", file.encoding ?? "text/plain");
  mkdirSync(dirname(path), { recursive: true });
  if (file.append) appendFileSync(path, content);
  else writeFileSync(path, content);
  const { permissions = "0644" } = file;
  chmodSync(path, typeof permissions === "string" ? Number.parseInt(permissions, 8) : (permissions ?? 0o644));
  if (file.owner) own(path, file.owner, root);
}

function decoded(content: string, encoding: string): Buffer {
  switch (encoding.toLowerCase()) {
    case "text/plain":
    case "":
      return Buffer.from(content);
    case "b64":
    case "base64":
      return Buffer.from(content, "base64");
    case "gz+b64":
    case "gz+base64":
    case "gzip+b64":
    case "gzip+base64":
      return gunzipSync(Buffer.from(content, "base64"));
    case "gz":
    case "gzip":
      return gunzipSync(Buffer.from(content, "latin1"));
    default:
      throw new Error(`the encoding "${encoding}" is unknown; use base64 or gzip+base64`);
  }
}

/** `user[:group]` by name or number. */
function own(path: string, owner: string, root: string): void {
  const [user = "", group = user] = owner.split(":");
  chownSync(path, idOf(user, join(root, "etc/passwd")), idOf(group, join(root, "etc/group")));
}

function idOf(name: string, table: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  const line = readFileSync(table, "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`"${name}" is not in ${table}`);
  return Number(line.split(":")[2]);
}
