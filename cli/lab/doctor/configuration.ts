import { ConfigurationError } from "../../../components/config/configuration-error.ts";
import { problemLine } from "../../../components/config/problem.ts";
import { PulumiFailure } from "../../pulumi-cli.ts";
import type { Check, Finding } from "./check.ts";
import type { Patient } from "./patient.ts";

/** The configuration as `pulumi up` would read it, secrets decrypted; the file alone was read before any check. */
export function configurationCheck(patient: Patient): Check {
  const { stack, config } = patient.lab;
  const run = async (): Promise<Finding> => {
    try {
      const { warnings } = await patient.decrypted();
      const [first] = warnings;
      if (first === undefined) return { status: "ok", detail: size };
      return { status: "warn", detail: warnings.map(problemLine).join("; "), fix: first.fix };
    } catch (error) {
      if (error instanceof ConfigurationError) {
        const detail = error.problems.map(problemLine).join("; ");
        return { status: "fail", detail, fix: "edit the stack file; npm run init sets logins" };
      }
      if (!(error instanceof PulumiFailure)) throw error;
      if (/incorrect passphrase/.test(error.message)) {
        const fix = "export the PULUMI_CONFIG_PASSPHRASE that the stack was made with";
        return { status: "fail", detail: `the passphrase is not that of stack ${stack}`, fix };
      }
      const why = error.message.replaceAll(/\s*\n\s*/g, " ");
      const detail = `${size}, all well but for the logins of the devices, which were not seen (${why})`;
      return { status: "warn", detail, fix: "run it where pulumi up works, to have those checked too" };
    }
  };
  const size = `stack ${stack} (hosts: ${config.hosts.length}, clusters: ${config.clusters.length})`;
  return { title: "configuration", run };
}
