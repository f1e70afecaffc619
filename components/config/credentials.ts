import { z } from "zod";

const login = z
  .strictObject({
    username: z
      .string()
      .optional()
      .describe("User: admin for AMT, the TP-Link account's e-mail for a Tapo plug."),
    password: z.string().optional().describe("Password. Set it by `npm run init`; never write it here."),
  })
  .describe("A login; each field may come from the host's or from the driver's entry.");

/** Logins of the power devices, apart from the hosts so that these stay readable in diffs. Values are Pulumi secrets. */
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
  })
  .describe("Logins of the power devices, as Pulumi secrets: `npm run init` asks for them and sets them.");

export type CredentialsConfig = z.output<typeof credentialsSchema>;
