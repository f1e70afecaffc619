import { type Cleaning, type HostRole, roleLabel } from "../config/index.ts";

export interface MachineTemplateSpec {
  readonly nodeReuse: boolean;
  readonly template: {
    readonly spec: {
      readonly image: object;
      readonly hostSelector: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly automatedCleaningMode: Cleaning;
    };
  };
}

/**
 * Spec of a role's Metal3MachineTemplate (infrastructure.cluster.x-k8s.io/v1beta2). Pure.
 *
 * nodeReuse has to stand here: a class patch outside spec.template.spec is accepted and silently without effect. The image
 * is a placeholder that the class replaces (CAPM3's webhook wants one), so that a version is in no template.
 */
export function machineTemplate(role: HostRole, cleaning: Cleaning): MachineTemplateSpec {
  return {
    nodeReuse: true,
    template: {
      spec: {
        image: {
          url: "http://placeholder.invalid/node.raw",
          checksum: "0".repeat(64),
          checksumType: "sha256",
          diskFormat: "raw",
        },
        hostSelector: { matchLabels: { [roleLabel]: role } },
        automatedCleaningMode: cleaning,
      },
    },
  };
}
