import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { compactJson } from "../../../cli/compact-json.ts";
import { parseLabConfig, readLabConfig } from "../../../components/config/parse-lab-config.ts";
import { credentialsFor } from "../../../components/config/resolve/credentials-for.ts";
import { stackSchema } from "../../../components/config/stack-schema.ts";
import { put, repository, sampleLab, stackConfig } from "./sample-lab.ts";

const schemaFile = join(repository, "docs/schema/lab.schema.json");
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

function validate(file: unknown): string[] {
  const check = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")));
  check(file);
  return (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

describe("the committed stack files", () => {
  for (const stack of ["sim", "sim-spare", "sim-image"] as const) {
    it(`${stack} is complete: it can be brought up as it is`, () => {
      const { config, warnings } = readLabConfig(stackConfig(stack), { mode: "up" });
      assert.deepEqual(warnings, []);
      for (const host of config.hosts) assert.notEqual(credentialsFor(config, host).password, "not-set-yet");
    });
  }

  it("sim-spare is sim with hosts that its cluster leaves free, of either role", () => {
    const [sim, spare] = (["sim", "sim-spare"] as const).map((stack) => {
      const { "edge-lab:hosts": hosts, "edge-lab:infra": infra, ...rest } = stackConfig(stack);
      return { hosts: hosts as { name: string; role: string }[], infra: infra as object, rest };
    });
    assert.deepEqual(spare?.rest, sim?.rest);
    assert.deepEqual({ ...spare?.infra, kubeconfig: "" }, { ...sim?.infra, kubeconfig: "" });
    const names = new Set(sim?.hosts.map(({ name }) => name));
    assert.deepEqual(
      spare?.hosts.filter(({ name }) => names.has(name)),
      sim?.hosts,
    );
    const free = spare?.hosts.filter(({ name }) => !names.has(name)).map(({ role }) => role);
    assert.deepEqual(free, ["control-plane", "worker", "worker"]);
  });

  it("sim-image is sim with an image that is built in the place of prebuilt ones", () => {
    const [sim, built] = (["sim", "sim-image"] as const).map((stack) => {
      const { "edge-lab:nodeImage": image, "edge-lab:infra": infra, ...rest } = stackConfig(stack);
      return { image: image as object, infra: { ...(infra as object), kubeconfig: "" }, rest };
    });
    assert.deepEqual({ ...built, image: {} }, { ...sim, image: {} });
    assert.deepEqual(Object.keys(built?.image ?? {}), ["serve", "build"]);
  });

  it("lab lacks nothing but logins: a preview names them, an up refuses", () => {
    const { warnings } = readLabConfig(stackConfig("lab"), { mode: "preview" });
    assert.equal(warnings.length, 6);
    assert.throws(
      () => parseLabConfig(stackConfig("lab"), { mode: "up" }),
      /m920q-1 has no password.*npm run init/,
    );
    assert.doesNotThrow(() => parseLabConfig(sampleLab(), { mode: "up" }));
  });

  it("describe the same machines, at other addresses and with another pace", () => {
    const identity = (stack: "lab" | "sim") =>
      parseLabConfig(stackConfig(stack), { mode: "preview" }).hosts.map(
        ({ address: _address, options: _pace, cacheSeconds: _cache, ...host }) => host,
      );
    assert.deepEqual(identity("sim"), identity("lab"));
  });

  it("sims keep to loopback addresses and the bridge of their machines, so that nothing leaves this one", () => {
    const all = JSON.stringify([stackConfig("sim"), stackConfig("sim-spare"), stackConfig("sim-image")]);
    const addresses = all.match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
    const inner = ["10.244.0.0", "10.96.0.0"];
    const ours = (address: string) => address.startsWith("127.20.0.") || address.startsWith("172.22.0.");
    assert.deepEqual(
      addresses.filter((address) => !ours(address) && !inner.includes(address)),
      [],
    );
  });

  it("sim knows images for two versions, so that a change of the version is an upgrade", () => {
    const lab = put(stackConfig("sim"), ["kubernetes", "version"], "v1.35.4");
    assert.equal(parseLabConfig(lab, { mode: "up" }).clusters[0]?.image.workers, "v1.35.4");
  });

  for (const stack of ["lab", "sim", "sim-spare", "sim-image"]) {
    it(`${stack} names its schema and keeps to it`, () => {
      const text = readFileSync(join(repository, `Pulumi.${stack}.yaml`), "utf8");
      assert.equal(text.split("\n")[0], "# yaml-language-server: $schema=docs/schema/lab.schema.json");
      assert.deepEqual(validate(parse(text)), []);
    });
  }
});

describe("the JSON Schema for editors", () => {
  it("is the one that npm run schema writes", () => {
    assert.equal(readFileSync(schemaFile, "utf8"), compactJson(stackSchema()), "stale: run `npm run schema`");
  });

  it("describes every field", () => {
    const bare: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key !== "properties") walk(value, path);
        else {
          for (const [name, field] of Object.entries(value as object)) {
            const at = `${path}.${name}`;
            const text = JSON.stringify(field);
            if (!text.includes('"description"') && !at.endsWith(".secure")) bare.push(at);
            walk(field, at);
          }
        }
      }
    };
    walk(stackSchema(), "");
    assert.deepEqual(bare, []);
  });

  it("accepts encrypted logins and Pulumi's own keys", () => {
    const secure = { secure: "v1:abc:def" };
    const config = { ...sampleLab(), "edge-lab:credentials": { defaults: { amt: { password: secure } } } };
    assert.deepEqual(validate({ config, encryptionsalt: "v1:abc" }), []);
    assert.deepEqual(validate({ config: { ...config, "other:key": 1 } }), []);
  });

  it("wants an address where the driver needs one", () => {
    const lab = put(put(sampleLab(), ["hosts", 0, "address"], undefined), ["hosts", 1, "address"], undefined);
    const errors = validate({ config: put(lab, ["hosts", 1, "driver"], "command") }).join("\n");
    assert.match(errors, /edge-lab:hosts\/0 must have required property 'address'/);
    assert.doesNotMatch(errors, /edge-lab:hosts\/1/);
  });

  it("refuses what the program refuses: unknown keys, drivers, missing parts", () => {
    const broken = put(put(sampleLab(), ["hosts", 0, "drivr"], "amt"), ["hosts", 1, "driver"], "ipmi");
    const errors = validate({ config: { ...broken, "edge-lab:hosst": [] } }).join("\n");
    assert.match(errors, /edge-lab:hosts\/0 must NOT have additional properties/);
    assert.match(errors, /edge-lab:hosts\/1\/driver must be equal to one of/);
    assert.match(errors, /edge-lab:hosst/);
    assert.match(validate({ config: {} }).join("\n"), /required property 'edge-lab:infra'/);
  });
});
