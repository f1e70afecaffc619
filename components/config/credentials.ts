import { z } from "zod";
import { gitLogin } from "./git-login.ts";

const login = z
  .strictObject({
    username: z
      .string()
      .optional()
      .describe("User: admin for AMT, the TP-Link account's e-mail for a Tapo plug."),
    password: z.string().optional().describe("Password. Set it by `npm run init`; never write it here."),
  })
  .describe("A login; each field may come from the host's or from the driver's entry.");

/** Logins, apart from hosts and clusters so that these stay readable in diffs. Values are Pulumi secrets. */
export const credentialsSchema = z
  .strictObject({
    defaults: z
      .record(z.string(), login)
      .default({})
      .describe("By driver: what all its hosts use unless they have their own."),
    hosts: z
      .record(z.string(), login)
      .default({})
      .describe("By host name; wins over the driver's, field by field."),
    git: z
      .record(z.string(), gitLogin)
      .default({})
      .describe("By cluster: for the Git repository that it follows (gitOps); none for a public one."),
  })
  .describe(
    "Logins as Pulumi secrets: of the power devices, which `npm run init` asks for and sets, and of Git repositories.",
  );

export type CredentialsConfig = z.output<typeof credentialsSchema>;
