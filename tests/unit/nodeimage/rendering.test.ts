import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type BuildContext, buildContext } from "../../../nodeimage/description/build-context.ts";
import { readDescription } from "../../../nodeimage/description/image-description.ts";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { mergedVars } from "../../../nodeimage/description/merged-vars.ts";
import { ImageFolder } from "./image-folder.ts";

const kubernetesVersion = "v1.34.3";

function context(folder: ImageFolder, overrides: Parameters<typeof mergedVars>[1] = {}): BuildContext {
  const description = readDescription(folder.path);
  const vars = mergedVars(description.vars, overrides);
  return buildContext(description, { kubernetesVersion, baseImage: "example/base:1", vars });
}

function textOf({ files }: BuildContext, path: string): string | undefined {
  return files.find((file) => file.path === path)?.content.toString("utf8");
}

describe("rendering a node image's description", () => {
  let folder: ImageFolder;
  beforeEach(() => {
    folder = new ImageFolder();
  });
  afterEach(() => folder.remove());

  function refused(...parts: readonly string[]): void {
    assert.throws(
      () => context(folder),
      (error: unknown) => {
        assert.ok(error instanceof ImageError, String(error));
        for (const part of parts)
          assert.ok(error.message.includes(part), `${part} is not in: ${error.message}`);
        return true;
      },
    );
  }

  it("puts every file under templates at its own path, bytes and mode kept, templates without .j2", () => {
    const bytes = new Uint8Array([0, 255, 123, 123, 32, 120, 32, 125, 125]);
    folder
      .write("templates/etc/plain", "{{ not a variable }}\n")
      .write("templates/usr/bin/tool", bytes, 0o755)
      .write(
        "templates/etc/version.j2",
        "{{ kubernetes.version }} {{ kubernetes.number }} {{ kubernetes.minor }}",
      );
    const made = context(folder);
    assert.deepEqual(
      made.files.map(({ path, executable }) => [path, executable]),
      [
        ["Containerfile", false],
        ["rootfs/etc/plain", false],
        ["rootfs/etc/version", false],
        ["rootfs/usr/bin/tool", true],
      ],
    );
    assert.equal(textOf(made, "rootfs/etc/plain"), "{{ not a variable }}\n");
    assert.equal(textOf(made, "rootfs/etc/version"), "v1.34.3 1.34.3 v1.34");
    assert.deepEqual(made.files.at(-1)?.content, Buffer.from(bytes));
  });

  it("knows Jinja2's loops, conditions and filters, and its own variables", () => {
    const template =
      "{% for name, value in sysctls %}{{ name }}={{ value }};{% endfor %}" +
      "{% for user in users %}{% if user.sudo %}{{ loop.index }}{{ user.name }}{% endif %}{% endfor %}" +
      "{% set n = packages | length %}{{ n }}{{ packages | join(',') }}{{ custom.motd | upper }}{{ packages | dump }}" +
      "{% for i in range(2) %}{{ i }}{% endfor %}{{ 'é' | base64 }}";
    folder.write("templates/etc/x.j2", template);
    const made = context(folder, {
      sysctls: { "a.b": 1, "c.d": "x" },
      users: [
        { name: "me", sudo: true, sshAuthorizedKeys: [] },
        { name: "you", sudo: false, sshAuthorizedKeys: [] },
      ],
      packages: ["htop", "vim"],
      custom: { motd: "hi" },
    });
    assert.equal(textOf(made, "rootfs/etc/x"), 'a.b=1;c.d=x;1me2htop,vimHI["htop","vim"]01w6k=');
  });

  it("refuses a name that is no variable, wherever it is read", () => {
    const readings = {
      "{{ nothing }}": "nothing",
      "{% if nothing %}x{% endif %}": "nothing",
      "{% for x in nothing %}x{% endfor %}": "nothing",
      "{{ custom.motd }}": "custom.motd",
      "{% if kubernetes.major %}{% endif %}": "kubernetes.major",
      "{{ users[0].nme }}": "users[0].nme",
      "{{ sysctls['x.y'] }}": "sysctls.x.y",
    };
    const users = [{ name: "me", sudo: true, sshAuthorizedKeys: [] }];
    for (const [template, name] of Object.entries(readings)) {
      folder.write("templates/etc/x.j2", `first\n${template}\n`);
      assert.throws(
        () => context(folder, { users }),
        (error: unknown) => error instanceof ImageError && error.message.includes(`${name} is no variable`),
        template,
      );
    }
    refused("templates/etc/x.j2");
  });

  it("says file and line of a mistake in a template", () => {
    folder.write("templates/etc/x.j2", "first\n{% if %}\n");
    refused("templates/etc/x.j2, line 2");
    folder.write("templates/etc/x.j2", "first\nsecond {{ nope }}\n");
    refused("templates/etc/x.j2, line 2", "nope is no variable", "vars.yaml");
  });

  it("refuses two files for one place, links, and a folder that is no description", () => {
    folder.write("templates/etc/a", "1").write("templates/etc/a.j2", "2");
    refused("templates/etc/a and templates/etc/a.j2 are both /etc/a");
    folder.remove();
    folder = new ImageFolder();
    folder.write("templates/etc/a", "1");
    symlinkSync("a", join(folder.path, "templates/etc/b"));
    refused("templates/etc/b is no regular file");
    assert.throws(() => readDescription(join(folder.path, "nowhere")), /Containerfile is missing/);
  });

  it("refuses variables that are unknown, missing or of another kind, all at once", () => {
    folder.write("vars.yaml", "packages: [a b]\nkernelArgs: []\n");
    refused("vars.yaml has mistakes", "packages.0: is not a package", "kernelArgs", "sysctls");
    folder.write("vars.yaml", "packages: [");
    refused("vars.yaml is not YAML");
  });

  it("refuses a CRI-O of another minor version than Kubernetes", () => {
    const crio = (crioVersion: string) => context(folder, { crioVersion }).buildArguments.CRIO_PACKAGE;
    assert.throws(() => crio("1.35.0"), /crioVersion 1.35.0 is not of Kubernetes v1.34/);
    assert.equal(crio("1.34.7"), "cri-o-1.34.7");
    assert.equal(crio(""), "cri-o");
  });

  it("merges maps key by key, and replaces lists and values, the last override winning", () => {
    const { vars } = readDescription(folder.path);
    const one = { sysctls: { "a.b": 1, "c.d": 2 }, packages: ["a"], services: { masked: ["m.timer"] } };
    const two = { sysctls: { "a.b": 3 }, packages: ["b"], rootFilesystem: "ext4" as const };
    const made = mergedVars(vars, one, two);
    assert.deepEqual(made, {
      ...vars,
      sysctls: { "a.b": 3, "c.d": 2 },
      packages: ["b"],
      rootFilesystem: "ext4",
      services: { enabled: ["crio.service"], masked: ["m.timer"] },
    });
  });
});
