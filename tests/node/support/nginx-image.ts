import { execa } from "execa";
import { importFromPodman } from "../machine/container-image.ts";

/** In the place of nginxinc/nginx-unprivileged, which no registry gives here. */
export const nginxImage = { repository: "localhost/edge-lab-test/nginx", tag: "debian" } as const;

const timeout = 300_000;

/** The programs and files of this Debian's nginx, and nothing else. Arguments: a folder that it makes, the image's reference. */
const script = `
set -e
mkdir -p "$1/etc/nginx" "$1/var/lib/nginx" "$1/var/log/nginx" "$1/tmp"
chmod 1777 "$1/tmp"
cp /etc/nginx/mime.types "$1/etc/nginx/"
printf 'root:x:0:0::/:/bin/false\\nnobody:x:65534:65534::/:/bin/false\\n' > "$1/etc/passwd"
printf 'root:x:0:\\nnogroup:x:65534:\\n' > "$1/etc/group"
for file in /usr/sbin/nginx $(ldd /usr/sbin/nginx | grep -o '/[^ )]*'); do
  mkdir -p "$1$(dirname "$file")"
  cp -L "$file" "$1$file"
done
tar --create --owner=0 --group=0 --directory "$1" . |
  podman import --quiet --change 'ENTRYPOINT ["/usr/sbin/nginx", "-g", "daemon off;"]' - "$2"
rm -rf "$1"
`;

/** Makes the image server's image of this machine's nginx and imports it into a node. @param folder scratch. */
export async function importNginxImage(ctr: readonly string[], folder: string): Promise<void> {
  const reference = `${nginxImage.repository}:${nginxImage.tag}`;
  await execa("sh", ["-c", script, "sh", folder, reference], { timeout });
  try {
    await importFromPodman(reference, ctr);
  } finally {
    await execa("podman", ["image", "rm", "--force", reference], { timeout, reject: false });
  }
}
