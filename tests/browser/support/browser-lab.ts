import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { drivers } from "../../../emulator/src/drivers/index.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Emulator } from "../../../emulator/src/server.ts";
import { type SimulatedDevice, startAmtDevice, startTapoDevice } from "../../../sim/devices/index.ts";
import { testCertificate } from "../../emulator/support/certificate.ts";
import { writeCertificate } from "../../emulator/support/emulator.ts";
import { FakeKubernetes } from "../../emulator/support/fake-kubernetes.ts";
import { labObjects } from "../../emulator/support/lab-objects.ts";
import { RedfishClient } from "../../emulator/support/redfish-client.ts";
import { TestDevice, testDriver } from "../../emulator/support/test-device.ts";

const device = { username: "admin", password: "P@ssw0rd1" };

export const people = {
  admin: { username: "admin", password: "admin-marker-1", role: "Administrator" },
  operator: { username: "operator", password: "operator-marker-2", role: "Operator" },
  reader: { username: "reader", password: "reader-marker-3", role: "ReadOnly" },
} as const;

export interface BrowserLabOptions {
  readonly more?: number;
  readonly inKubernetes?: boolean;
  readonly cacheSeconds?: number;
}

/** The lab's six machines, simulated behind real sockets, and the emulator over TLS with its real drivers. */
export class BrowserLab {
  readonly url: string;
  readonly devices: readonly SimulatedDevice[];
  /** The Kubernetes that it is in, if it is in one. */
  readonly kubernetes: FakeKubernetes | undefined;
  /** Without a login. */
  readonly redfish: RedfishClient;
  readonly #emulator: Emulator;
  readonly #folder: string;

  private constructor(
    emulator: Emulator,
    devices: readonly SimulatedDevice[],
    folder: string,
    kubernetes: FakeKubernetes | undefined,
    redfish: RedfishClient,
  ) {
    this.redfish = redfish;
    this.#emulator = emulator;
    this.url = emulator.url;
    this.devices = devices;
    this.#folder = folder;
    this.kubernetes = kubernetes;
  }

  /**
   * @param more machines besides, whose devices are a test's own: for the number
   * @param inKubernetes whether there is an API that tells of the machines, half of which are a cluster's
   */
  static async start({
    more = 0,
    inKubernetes = false,
    cacheSeconds = 30,
  }: BrowserLabOptions = {}): Promise<BrowserLab> {
    const folder = await mkdtemp(join(tmpdir(), "edge-lab-browser-"));
    const certificate = await testCertificate();
    await writeCertificate(folder, certificate);
    const numbers = [1, 2, 3];
    const amt = numbers.map((number) =>
      startAmtDevice({ name: `m920q-${number}`, ...device, power: number === 3 ? "off" : "on" }),
    );
    const tapo = numbers.map((number) =>
      startTapoDevice({
        name: `optiplex-${number}`,
        ...device,
        power: number === 1 ? "on" : "off",
        model: "P110",
      }),
    );
    const devices = await Promise.all([...amt, ...tapo]);
    const others = Object.fromEntries(
      Array.from({ length: more }, (_, index) => [`rack-${index + 1}`, new TestDevice()]),
    );
    const config = emulatorConfigSchema.parse({
      machines: [
        ...devices.map(({ name, kind, address }) => ({ name, driver: kind, address, ...device })),
        ...Object.keys(others).map((name) => ({ name, driver: "test" })),
      ],
      users: Object.values(people),
      logLevel: "silent",
      cacheSeconds,
      ...(inKubernetes && { kubernetes: { namespace: "clusters" } }),
    });
    const kubernetes = inKubernetes ? await FakeKubernetes.start() : undefined;
    if (kubernetes) makeCluster(kubernetes, Object.keys(others));
    const emulator = await Emulator.start({
      config,
      drivers: [...drivers, testDriver(others)],
      host: "127.0.0.1",
      port: 0,
      tlsFolder: folder,
      logger: createLogger("silent"),
      timing: { identityDelay: 200 },
      ...(kubernetes && { cluster: kubernetes.access }),
    });
    const redfish = new RedfishClient(emulator.url, certificate.cert);
    return new BrowserLab(emulator, devices, folder, kubernetes, redfish);
  }

  async stop(): Promise<void> {
    await this.#emulator.stop();
    await this.kubernetes?.stop();
    await Promise.all(this.devices.map((one) => one.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A cluster under way: a node, a machine that is being installed, hosts that wait, and one that its device keeps from it. */
function makeCluster(kubernetes: FakeKubernetes, others: readonly string[]): void {
  const { host, machine, cluster } = labObjects;
  kubernetes.put("clusters", cluster("edge", false));
  kubernetes.put("hosts", host("m920q-1", "provisioned", { consumer: "edge-cp-a" }));
  kubernetes.put("machines", machine("edge-cp-a", "edge-cp-a", "Running", { node: "m920q-1" }));
  kubernetes.put("hosts", host("optiplex-1", "provisioning", { consumer: "edge-md-b" }));
  const problem = "* InfrastructureReady: the host is being provisioned";
  kubernetes.put("machines", machine("edge-md-b", "edge-md-b", "Provisioning", { problem }));
  for (const name of ["m920q-2", "optiplex-2", ...others]) kubernetes.put("hosts", host(name, "available"));
  const error = "Failed to get power state: the plug did not answer within 5 s";
  kubernetes.put("hosts", host("optiplex-3", "registering", { error }));
}
