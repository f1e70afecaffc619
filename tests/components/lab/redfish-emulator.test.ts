import assert from "node:assert/strict";
import fc from "fast-check";
import { hostFacts } from "../../../components/config/host-facts.ts";
import { knownDrivers, type LabConfig } from "../../../components/config/index.ts";
import { devicePolicy } from "../../../components/redfish-emulator/device-policy.ts";
import { emulatorConfig } from "../../../components/redfish-emulator/emulator-config.ts";
import { emulatorExposure } from "../../../components/redfish-emulator/emulator-exposure.ts";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { drivers } from "../../../emulator/src/drivers/index.ts";
import { machineFactsSchema } from "../../../emulator/src/machine-facts-config.ts";
import { devicePassword, labConfig } from "../harness/lab-config.ts";
import { recordedLab } from "./recorded-lab.ts";

const users = [{ username: "ironic", password: "p", role: "Operator" as const }];

/** A lab whose hosts were changed after the configuration's own checks. */
async function labWith(
  change: (host: LabConfig["hosts"][number], index: number) => object,
): Promise<LabConfig> {
  const lab = await labConfig("lab");
  return { ...lab, hosts: lab.hosts.map((host, index) => ({ ...host, ...change(host, index) })) };
}

describe("the emulator's configuration", function () {
  this.timeout(600_000);

  it("has every host under its own name, in the emulator's words", async () => {
    const lab = await labWith((_host, index) => (index === 0 ? { bootMode: "legacy", cacheSeconds: 5 } : {}));
    const config = emulatorConfigSchema.parse(emulatorConfig(lab, users));
    assert.deepEqual(
      config.machines.map(({ name, driver }) => `${name} ${driver}`),
      ["m920q-1 amt", "m920q-2 amt", "m920q-3 amt", "optiplex-1 tapo", "optiplex-2 tapo", "optiplex-3 tapo"],
    );
    assert.deepEqual(
      config.machines.map(({ bootMode }) => bootMode),
      ["Legacy", ...Array(5).fill("UEFI")],
    );
    assert.equal(config.machines[0]?.cacheSeconds, 5);
    assert.equal(config.machines[5]?.username, "someone@example.org");
    assert.deepEqual(config.users, users);
  });

  it("has a host's facts, with the fields that the emulator knows and no others", async () => {
    const facts = { memoryGiB: 16, processors: { count: 1, cores: 6, threads: 6, architecture: "x86_64" } };
    const lab = await labWith((_host, index) => (index === 3 ? { facts } : {}));
    const config = emulatorConfigSchema.parse(emulatorConfig(lab, users));
    assert.deepEqual(config.machines[3]?.facts, facts);
    assert.equal(config.machines[4]?.facts, undefined);
    const wrong = { processors: { cores: 6, threads: 4 } };
    const refused = await labWith((_host, index) => (index === 3 ? { facts: wrong } : {}));
    assert.throws(
      () => emulatorConfig(refused, users),
      /edge-lab:hosts\[3\]\.facts\.processors\.threads \(optiplex-1\): must not be fewer than cores/,
    );
    const fields = ({ shape }: typeof machineFactsSchema | typeof hostFacts) => [
      ...Object.keys(shape),
      ...Object.keys(shape.processors.unwrap().shape),
    ];
    assert.deepEqual(fields(hostFacts), fields(machineFactsSchema));
  });

  it("has the lab's settings of the emulator", async () => {
    const lab = await labConfig("lab", {
      "edge-lab:emulator": {
        cacheSeconds: 7,
        eventLimit: 500,
        metrics: { anonymous: true },
        logLevel: "debug",
      },
    });
    const { cacheSeconds, eventLimit, metrics, logLevel } = emulatorConfigSchema.parse(
      emulatorConfig(lab, users),
    );
    assert.deepEqual(
      { cacheSeconds, eventLimit, metrics, logLevel },
      { cacheSeconds: 7, eventLimit: 500, metrics: { anonymous: true }, logLevel: "debug" },
    );
  });

  it("is refused with the lab's own paths, every mistake at once, and no password in the text", async () => {
    const lab = await labWith((_host, index) => {
      if (index === 1) return { address: "https://192.168.1.22" };
      if (index === 4) return { options: { offSecond: 3 } };
      return {};
    });
    assert.throws(
      () => emulatorConfig(lab, users),
      (error: Error) => {
        assert.match(error.message, /edge-lab:hosts\[1\]\.address \(m920q-2\): must be HOST or HOST:PORT/);
        assert.ok(!error.message.includes(devicePassword));
        return true;
      },
    );
    const options = await labWith((_host, index) => (index === 4 ? { options: { offSecond: 3 } } : {}));
    assert.throws(
      () => emulatorConfig(options, users),
      /edge-lab:hosts\[4\]\.options \(optiplex-2\): .*offSecond/,
    );
  });

  it("is refused before any resource of the lab is made", async () => {
    const hosts = [
      {
        name: "a",
        role: "control-plane",
        driver: "amt",
        address: "192.168.1.21",
        macs: ["00:00:5e:00:53:11"],
        options: { tsl: true },
      },
    ];
    const changes = {
      "edge-lab:hosts": hosts,
      "edge-lab:clusters": [],
    };
    await assert.rejects(
      recordedLab({ stack: "lab", preview: true, changes }),
      /edge-lab:hosts\[0\]\.options \(a\)/,
    );
  });
});

describe("the emulator's exposure", () => {
  const of = (address: string | undefined) =>
    emulatorExposure({ emulator: { address, port: 8443 } as LabConfig["emulator"] });

  it("is its Service alone without an address", () => {
    assert.deepEqual(of(undefined), { host: "redfish-emulator.edge-lab.svc.cluster.local" });
  });

  it("is a NodePort where the port can be one, else a port of the pod on that address of the node", () => {
    assert.deepEqual(of("192.168.1.10:30443"), { host: "192.168.1.10", nodePort: 30443 });
    assert.deepEqual(of("127.20.0.2:8443"), {
      host: "127.20.0.2",
      hostPort: { port: 8443, address: "127.20.0.2" },
    });
    assert.deepEqual(of("redfish.lan"), { host: "redfish.lan", hostPort: { port: 8443 } });
    assert.deepEqual(of("[fd00::2]:8443"), { host: "fd00::2", hostPort: { port: 8443, address: "fd00::2" } });
  });
});

interface PolicySpec {
  readonly podSelector: object;
  readonly policyTypes: readonly string[];
  readonly egress: readonly Rule[];
}

interface Rule {
  readonly to?: readonly { readonly ipBlock?: { readonly cidr: string } }[];
  readonly ports: readonly { readonly protocol: string; readonly port: number }[];
}

const noView = { "edge-lab:emulator": { kubernetesView: false } };

describe("the emulator's network policy", function () {
  this.timeout(600_000);

  const egress = (devices: Parameters<typeof devicePolicy>[0]["devices"]): Rule[] => {
    const policy = devicePolicy({ name: "a", namespace: "b", labels: { c: "d" }, devices });
    return (policy.spec as { egress: Rule[] }).egress;
  };
  const ways = (rules: readonly Rule[]) =>
    rules.map(({ to, ports }) => [to?.[0]?.ipBlock?.cidr, ports.map(({ port }) => port)]);

  it("lets through to every device on its ports, and to nothing else", () => {
    const device = fc.record({
      host: fc.ipV4(),
      tcp: fc.constantFrom([16992], [80], [20080]),
      udp: fc.constantFrom([], [20002]),
    });
    fc.assert(
      fc.property(fc.array(device, { maxLength: 12 }), (devices) => {
        const rules = egress(devices);
        const allowed = new Set(
          rules.flatMap(({ to = [], ports }) =>
            to.flatMap(({ ipBlock }) =>
              ports.map(({ protocol, port }) => `${ipBlock?.cidr} ${protocol} ${port}`),
            ),
          ),
        );
        const wanted = new Set(
          devices.flatMap(({ host, tcp, udp }) => [
            ...tcp.map((port) => `${host}/32 TCP ${port}`),
            ...udp.map((port) => `${host}/32 UDP ${port}`),
          ]),
        );
        assert.deepEqual([...allowed].sort(), [...wanted].sort());
        assert.ok(rules.every(({ to }) => to !== undefined && to.length > 0));
      }),
    );
  });

  it("lets the pod itself reach the cluster's DNS and API only, so that each device's policy opens its own way", async () => {
    const lab = await recordedLab({ stack: "lab", preview: false });
    const { spec } = lab.object("NetworkPolicy", "redfish-emulator") as unknown as { spec: PolicySpec };
    assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
    assert.deepEqual(ways(spec.egress), [
      [undefined, [53, 53]],
      ["192.168.1.10/32", [443, 6443]],
    ]);
    const without = await recordedLab({ stack: "lab", preview: false, changes: noView });
    const closed = without.object("NetworkPolicy", "redfish-emulator") as unknown as { spec: PolicySpec };
    assert.deepEqual(ways(closed.spec.egress), [[undefined, [53, 53]]]);
    const device = lab.object("NetworkPolicy", "redfish-emulator-m920q-1") as unknown as { spec: PolicySpec };
    assert.deepEqual(device.spec.podSelector, spec.podSelector);
    assert.deepEqual(device.spec.policyTypes, ["Egress"]);
  });

  it("can allow a device known by name by its ports only", () => {
    const [rule] = egress([
      { host: "plug.lan", tcp: [80], udp: [] },
      { host: "10.0.0.7", tcp: [80], udp: [] },
    ]);
    assert.equal(rule?.to, undefined);
    assert.deepEqual(rule?.ports, [{ protocol: "TCP", port: 80 }]);
  });

  it("knows an AMT engine's port for TLS and a plug's discovery port", async () => {
    const hosts = [
      {
        name: "a",
        role: "control-plane",
        driver: "amt",
        address: "192.168.1.21",
        macs: ["00:00:5e:00:53:11"],
        options: { tls: true },
      },
      { name: "b", role: "worker", driver: "tapo", address: "192.168.1.31", macs: ["00:00:5e:00:53:21"] },
    ];
    const changes = { "edge-lab:hosts": hosts, "edge-lab:clusters": [] };
    const lab = await recordedLab({ stack: "lab", preview: false, changes });
    const rules = ["a", "b"].flatMap((host) => {
      const policy = lab.object("NetworkPolicy", `redfish-emulator-${host}`);
      return (policy.spec as { egress: Rule[] }).egress;
    });
    assert.deepEqual(ways(rules), [
      ["192.168.1.21/32", [16993]],
      ["192.168.1.31/32", [80, 20002]],
    ]);
  });
});

describe("a host with driver command", function () {
  this.timeout(600_000);
  const request = (url: string) => ({ url, method: "POST" });
  const host = (webhook: object) => ({
    name: "a",
    role: "control-plane",
    driver: "command",
    macs: ["00:00:5e:00:53:11"],
    options: { webhook },
  });
  const webhook = {
    status: { url: "https://192.168.1.40/status" },
    on: request("https://192.168.1.40/on"),
    off: request("https://192.168.1.40:8443/off"),
  };
  const of = (hook: object) => ({ "edge-lab:hosts": [host(hook)], "edge-lab:clusters": [] });

  it("needs neither address nor login, and its webhook's places are let through", async () => {
    const lab = await recordedLab({ stack: "lab", preview: false, changes: of(webhook) });
    const { spec } = lab.object("NetworkPolicy", "redfish-emulator-a") as unknown as { spec: PolicySpec };
    assert.deepEqual(
      spec.egress.map(({ to, ports }) => [to?.[0]?.ipBlock?.cidr, ports.map(({ port }) => port)]),
      [
        ["192.168.1.40/32", [443]],
        ["192.168.1.40/32", [8443]],
      ],
    );
    const config = emulatorConfig(await labConfig("lab", of(webhook)), users);
    assert.deepEqual([config.machines[0]?.username, config.machines[0]?.password], ["", ""]);
  });

  it("is refused before any resource when its webhook is plain http unasked, or sets no off", async () => {
    const plain = { ...webhook, on: request("http://192.168.1.40/on") };
    await assert.rejects(
      recordedLab({ stack: "lab", preview: true, changes: of(plain) }),
      /edge-lab:hosts\[0\]\.options\.webhook\.on\.url \(a\): .*insecureHttp: true/,
    );
    await assert.rejects(
      recordedLab({ stack: "lab", preview: true, changes: of({ ...webhook, off: undefined }) }),
      /edge-lab:hosts\[0\]\.options\.webhook\.off/,
    );
  });
});

describe("the drivers that the configuration knows", () => {
  it("are the emulator's, with the fields that each can do without", () => {
    const emulators = drivers.map(({ kind, optionalFields = [] }) => [kind, ...optionalFields].join(" "));
    const known = knownDrivers.map(({ name, optionalFields = [] }) => [name, ...optionalFields].join(" "));
    assert.deepEqual(known.sort(), emulators.sort());
  });
});

describe("the emulator's pod", function () {
  this.timeout(600_000);

  it("may look at hosts, machines and clusters where they are, at no Secret, and change nothing", async () => {
    const lab = await recordedLab({ stack: "lab", preview: false });
    const read = ["get", "list", "watch"];
    assert.deepEqual(lab.object("Role", "redfish-emulator", "clusters").rules, [
      { apiGroups: ["metal3.io"], resources: ["baremetalhosts"], verbs: read },
      { apiGroups: ["cluster.x-k8s.io"], resources: ["machines", "clusters"], verbs: read },
    ]);
    const account = { kind: "ServiceAccount", name: "redfish-emulator", namespace: "edge-lab" };
    const bindings = lab.resources.filter(({ type, inputs }) => {
      const { subjects = [] } = inputs as { subjects?: { name: string; namespace?: string }[] };
      return (
        /RoleBinding$/.test(type) &&
        subjects.some(({ name, namespace }) => name === account.name && namespace === account.namespace)
      );
    });
    assert.deepEqual(
      bindings.map(({ inputs }) => [inputs.kind, inputs.roleRef, inputs.subjects]),
      [
        [
          "RoleBinding",
          { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "redfish-emulator" },
          [account],
        ],
      ],
    );
  });

  it("has no token and asks nothing when the view is not wanted", async () => {
    const lab = await recordedLab({ stack: "lab", preview: false, changes: noView });
    const { spec } = lab.object("Deployment", "redfish-emulator", "edge-lab") as unknown as {
      spec: PodOwner;
    };
    const text = JSON.stringify(spec.template.spec);
    assert.doesNotMatch(text, /kubernetes-dir|serviceAccountToken"/);
    assert.throws(() => lab.object("Role", "redfish-emulator", "clusters"));
    const config = emulatorConfig(await labConfig("lab", noView), users);
    assert.equal(config.kubernetes, undefined);
  });

  it("has no rights on its node, a token at one place only and no second copy", async () => {
    const lab = await recordedLab({ stack: "lab", preview: false });
    const { spec } = lab.object("Deployment", "redfish-emulator", "edge-lab") as unknown as {
      spec: PodOwner;
    };
    assert.deepEqual([spec.replicas, spec.strategy.type], [1, "Recreate"]);
    const pod = spec.template.spec;
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.hostNetwork, undefined);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    const [container] = pod.containers;
    assert.deepEqual(container?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(container?.args, [
      "--config",
      "/etc/edge-lab/config/config.json",
      "--machines-dir",
      "/etc/edge-lab/machines",
      "--tls-dir",
      "/etc/edge-lab/tls",
      "--data-dir",
      "/var/lib/edge-lab",
      "--kubernetes-dir",
      "/var/run/secrets/edge-lab/kubernetes",
      "--seed-dir",
      "/etc/edge-lab/seed",
      "--listen",
      "0.0.0.0:8443",
    ]);
  });

  it("shows a certificate for every name it has", async () => {
    const names = async (address: string | undefined): Promise<unknown[]> => {
      const changes = address === undefined ? {} : { "edge-lab:emulator": { address } };
      const lab = await recordedLab({ stack: "lab", preview: false, changes });
      const { dnsNames, ipAddresses } = lab.object("Certificate", "redfish-emulator-tls").spec as {
        dnsNames: string[];
        ipAddresses?: string[];
      };
      return [...dnsNames.slice(-2), ipAddresses];
    };
    const service = "redfish-emulator.edge-lab.svc";
    assert.deepEqual(await names(undefined), [service, `${service}.cluster.local`, undefined]);
    assert.deepEqual(await names("192.168.1.10:8443"), [
      service,
      `${service}.cluster.local`,
      ["192.168.1.10"],
    ]);
    assert.deepEqual(await names("redfish.lan:8443"), [`${service}.cluster.local`, "redfish.lan", undefined]);
  });
});

interface PodOwner {
  readonly replicas: number;
  readonly strategy: { readonly type: string };
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly hostNetwork?: boolean;
      readonly securityContext: { readonly runAsNonRoot: boolean };
      readonly containers: readonly { readonly securityContext: object; readonly args: readonly string[] }[];
    };
  };
}
