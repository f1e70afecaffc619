import { execa } from "execa";

/** A container image of one program without a base. */
export interface ProgramImage {
  /** Reference: repository:tag. */
  readonly reference: string;
  /** A static program, which is the entry point. */
  readonly program: { readonly folder: string; readonly file: string };
  readonly command?: readonly string[];
}

const timeout = 300_000;

/** Makes an image by podman and hands it to the containerd behind a socket; podman keeps nothing of it. */
export async function importProgramImage(image: ProgramImage, socket: string): Promise<void> {
  const { reference, program, command = [] } = image;
  const pack = [
    'tar --create --owner=0 --group=0 --directory "$1" "$2"',
    'podman import --quiet --change "ENTRYPOINT [\\"/$2\\"]" --change "CMD $4" - "$3"',
  ].join(" | ");
  const words = [program.folder, program.file, reference, JSON.stringify(command)];
  await execa("sh", ["-c", `set -e; ${pack}`, "sh", ...words], { timeout });
  try {
    await importFromPodman(reference, socket);
  } finally {
    await execa("podman", ["image", "rm", "--force", reference], { timeout, reject: false });
  }
}

async function importFromPodman(reference: string, socket: string): Promise<void> {
  const copy = 'podman save --quiet "$1" | ctr --address "$2" --namespace k8s.io images import -';
  await execa("sh", ["-c", copy, "sh", reference, socket], { timeout });
}
