import { project } from "../../components/config/project.ts";

/** One value of the credentials map. */
export interface CredentialField {
  /** Whose it is: a driver's hosts', or one host's. */
  readonly scope: "defaults" | "hosts";
  /** The driver or the host. */
  readonly name: string;
  readonly field: "username" | "password";
}

/** The field's path for `pulumi config set --path`. Names are DNS labels, which need no quotes there. */
export function configPath({ scope, name, field }: CredentialField): string {
  return `${project}:credentials.${scope}.${name}.${field}`;
}

/** The field's variable for `--from-env`: EDGE_LAB_AMT_PASSWORD, EDGE_LAB_HOST_M920Q_1_PASSWORD. */
export function variableName({ scope, name, field }: CredentialField): string {
  const owner = `${scope === "hosts" ? "HOST_" : ""}${name}`;
  return `EDGE_LAB_${owner}_${field}`.toUpperCase().replaceAll("-", "_");
}
