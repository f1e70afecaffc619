import { execa } from "execa";

/** A container image of one program without a base. */
export interface ProgramImage {
  /** Reference: repository:tag. */
  readonly reference: string;
  /** A static program, which is the entry point. */
  readonly program: { readonly folder: string; readonly file: string };
  /** What else of that folder is in it, with its rights. */
  readonly beside?: readonly string[];
  readonly command?: readonly string[];
}

const timeout = 300_000;

/**
 * Makes an image by podman and imports it into a node; podman keeps nothing of it.
 * @param ctr as in InfraNode.
 */
export async function importProgramImage(image: ProgramImage, ctr: readonly string[]): Promise<void> {
  const { reference, program, beside = [], command = [] } = image;
  const pack = [
    'reference=$1 command=$2 folder=$3 file=$4; shift 3; tar --create --owner=0 --group=0 --directory "$folder" "$@"',
    'podman import --quiet --change "ENTRYPOINT [\\"/$file\\"]" --change "CMD $command" - "$reference"',
  ].join(" | ");
  const words = [reference, JSON.stringify(command), program.folder, program.file, ...beside];
  await execa("sh", ["-c", `set -e; ${pack}`, "sh", ...words], { timeout });
  try {
    await importFromPodman(reference, ctr);
  } finally {
    await execa("podman", ["image", "rm", "--force", reference], { timeout, reject: false });
  }
}

/** Imports an image that podman has into a node. @param ctr as in InfraNode. */
export async function importFromPodman(reference: string, ctr: readonly string[]): Promise<void> {
  const copy = 'image=$1; shift; podman save --quiet "$image" | "$@" --namespace k8s.io images import -';
  await execa("sh", ["-c", copy, "sh", reference, ...ctr], { timeout });
}
