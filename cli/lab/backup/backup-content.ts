import { z } from "zod";
import { pulumiState } from "../../pulumi-cli.ts";
import { backupObject } from "./backup-object.ts";

/** All that a lab's infra cluster held and that cannot be made again from the stack file. */
export const backupContent = z.object({
  /** Of this one backup. */
  id: z.uuid(),
  stack: z.string(),
  /** When it was read. */
  made: z.iso.datetime(),
  /** URL of the API server that it was read from. */
  server: z.string(),
  /** CustomResourceDefinitions of the objects below, so that these can be restored before any controller is there. */
  definitions: z.array(z.unknown()),
  /** In no order. */
  objects: z.array(backupObject),
  /** Pulumi's state of the stack, secrets encrypted; null when it was left out. */
  state: pulumiState.nullable(),
  /** The emulator's store, an SQLite file in base64; null when it was left out. */
  store: z.base64().nullable(),
});

export type BackupContent = z.output<typeof backupContent>;
