import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { writeSecretFile } from "../kubeconfig.ts";
import { LabError } from "../lab-error.ts";
import { type BackupContent, backupContent } from "./backup-content.ts";

/** First line of a file: the format's name and version, and how what follows is to be read. */
const plainHead = "edge-lab-backup/1 gzip\n";
const sealedHead = "edge-lab-backup/1 scrypt aes-256-gcm gzip\n";

const saltLength = 16;
const nonceLength = 12;
const tagLength = 16;
/** As OWASP has it for scrypt: 128 MiB and a few tenths of a second for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
/** Bytes, so that a damaged file cannot fill the memory. */
const largest = 1024 * 1024 * 1024;

/**
 * Writes a backup where only its owner reads it, whole or not at all.
 * @param passphrase encrypts it; undefined leaves logins, kubeconfigs and keys of clusters in the clear.
 * @throws LabError when the file cannot be written.
 */
export async function writeBackup(
  path: string,
  content: BackupContent,
  passphrase: string | undefined,
): Promise<void> {
  const packed = await promisify(gzip)(JSON.stringify(content));
  await writeSecretFile(
    path,
    passphrase === undefined ? withHead(plainHead, packed) : await seal(packed, passphrase),
  );
}

/**
 * @throws LabError when there is no such file, it is no backup, is damaged, or the passphrase is missing or wrong.
 */
export async function readBackup(path: string, passphrase: string | undefined): Promise<BackupContent> {
  const file = await readFile(path).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError(`the backup cannot be read (${why})`, "Name the file that lab backup wrote");
  });
  const packed = await unsealed(path, file, passphrase);
  const damaged = (why: string) => new LabError(`${path} is damaged (${why})`, "Use another backup");
  let json: unknown;
  try {
    const text = await promisify(gunzip)(packed, { maxOutputLength: largest });
    json = JSON.parse(text.toString("utf8"));
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  const content = backupContent.safeParse(json);
  if (content.success) return content.data;
  throw damaged(content.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
}

async function unsealed(path: string, file: Buffer, passphrase: string | undefined): Promise<Buffer> {
  const head = file.subarray(0, file.indexOf("\n") + 1).toString("latin1");
  const rest = file.subarray(head.length);
  if (head === plainHead) return rest;
  if (head !== sealedHead)
    throw new LabError(`${path} is no backup of a lab`, "Name the file that lab backup wrote");
  if (passphrase === undefined) {
    throw new LabError(
      `${path} is encrypted`,
      "Give its passphrase by EDGE_LAB_BACKUP_PASSPHRASE or --passphrase-file",
    );
  }
  const salt = rest.subarray(0, saltLength);
  const nonce = rest.subarray(saltLength, saltLength + nonceLength);
  const tag = rest.subarray(-tagLength);
  try {
    const decipher = createDecipheriv("aes-256-gcm", await keyOf(passphrase, salt), nonce, {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(sealedHead));
    decipher.setAuthTag(tag);
    return Buffer.concat([
      decipher.update(rest.subarray(saltLength + nonceLength, -tagLength)),
      decipher.final(),
    ]);
  } catch {
    throw new LabError(`${path} does not open`, "The passphrase is another one, or the file is damaged");
  }
}

async function seal(packed: Buffer, passphrase: string): Promise<Buffer> {
  const salt = randomBytes(saltLength);
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", await keyOf(passphrase, salt), nonce, {
    authTagLength: tagLength,
  });
  cipher.setAAD(Buffer.from(sealedHead));
  const sealed = Buffer.concat([cipher.update(packed), cipher.final()]);
  return withHead(sealedHead, salt, nonce, sealed, cipher.getAuthTag());
}

function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((done, fail) => {
    scrypt(passphrase, salt, 32, cost, (error, key) => (error === null ? done(key) : fail(error)));
  });
}

function withHead(head: string, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(head), ...parts]);
}
