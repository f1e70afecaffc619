import type { ImageVars } from "../../components/config/image-vars.ts";
import type { ImageDescription } from "./image-description.ts";
import { ImageError } from "./image-error.ts";
import { TemplateRenderer } from "./template-renderer.ts";

/** A file of what `podman build` is given. */
export interface ContextFile {
  /** Relative to the context; rootfs/… is what lands in the image. */
  readonly path: string;
  readonly executable: boolean;
  readonly content: Buffer;
}

/** All that a container build depends on, save the base image's own content. */
export interface BuildContext {
  readonly files: readonly ContextFile[];
  /** By the name of their ARG. */
  readonly buildArguments: Readonly<Record<string, string>>;
}

export interface ContextSettings {
  /** vMAJOR.MINOR.PATCH. */
  readonly kubernetesVersion: string;
  /** Reference of the base image, by digest where one is known. */
  readonly baseImage: string;
  readonly vars: ImageVars;
}

/**
 * Renders a description into a build context. Pure.
 * @throws ImageError for a template with an unknown variable, and for a CRI-O of another minor version.
 */
export function buildContext(description: ImageDescription, settings: ContextSettings): BuildContext {
  const number = settings.kubernetesVersion.replace(/^v/, "");
  const minor = `v${number.split(".").slice(0, 2).join(".")}`;
  const { crioVersion, repositories, packages, services } = settings.vars;
  if (crioVersion !== "" && !crioVersion.startsWith(`${minor.slice(1)}.`)) {
    throw new ImageError(
      `crioVersion ${crioVersion} is not of Kubernetes ${minor}: CRI-O goes with the Kubernetes of its own minor ` +
        "version; leave crioVersion empty for the newest",
    );
  }
  const renderer = new TemplateRenderer({
    ...settings.vars,
    repositories: {
      kubernetes: repositories.kubernetes.replaceAll("{minor}", minor),
      crio: repositories.crio.replaceAll("{minor}", minor),
    },
    kubernetes: { version: settings.kubernetesVersion, number, minor },
  });
  const rendered = description.files.map(({ path, source, template, executable, content }) => ({
    path: `rootfs/${path}`,
    executable,
    content: template ? Buffer.from(renderer.render(source, content.toString("utf8")), "utf8") : content,
  }));
  const containerfile = {
    path: "Containerfile",
    executable: false,
    content: Buffer.from(description.containerfile),
  };
  return {
    files: [containerfile, ...rendered],
    buildArguments: {
      BASE_IMAGE: settings.baseImage,
      KUBERNETES_VERSION: number,
      CRIO_PACKAGE: crioVersion === "" ? "cri-o" : `cri-o-${crioVersion}`,
      EXTRA_PACKAGES: packages.join(" "),
      ENABLED_UNITS: services.enabled.join(" "),
      MASKED_UNITS: services.masked.join(" "),
    },
  };
}
