import { randomBytes } from "node:crypto";
import type { WhyReport } from "../../cli/lab/why/why.ts";
import type { FlightLab } from "../flight/lab/flight-lab.ts";
import type { Lift } from "./planted-fault.ts";

/** By which the API server tells what is broken on purpose from what Pulumi and the controllers own. */
const MANAGER = "--field-manager=planted";
/** Its registry cannot exist: nobody, and no pod runner, can have it. */
const NO_IMAGE = "nowhere.invalid/none:0";
const CLUSTER = "edge";

/** A whole lab, and somebody who breaks it and puts it right again. */
export class WhyLab {
  readonly flight: FlightLab;
  readonly #placed: readonly string[];

  private constructor(flight: FlightLab, placed: readonly string[]) {
    this.flight = flight;
    this.#placed = placed;
  }

  static async of(flight: FlightLab): Promise<WhyLab> {
    return new WhyLab(
      flight,
      (await flight.placements()).map(({ host }) => host),
    );
  }

  readonly cluster = CLUSTER;

  /** A worker behind a plug that no cluster uses. */
  get sparePlug(): string {
    return this.#spare("worker");
  }

  /** A control-plane host with an AMT engine that no cluster uses. */
  get spareEngine(): string {
    return this.#spare("control-plane");
  }

  /** `lab why [NAME] --json`, with little patience: what stands still for a minute is stuck. @throws Error without a report. */
  async why(subject: string | undefined): Promise<WhyReport> {
    const name = subject === undefined ? [] : [subject];
    const outcome = await this.flight.labOutcome("why", ...name, "--json", "--patience", "1");
    if (outcome.code === 2 || outcome.stdout.trim() === "")
      throw new Error(`lab why ended with exit code ${outcome.code}: ${outcome.stderr}`);
    return JSON.parse(outcome.stdout) as WhyReport;
  }

  /** On, Off, … as the emulator tells it; null where it cannot. */
  async power(host: string): Promise<string | null> {
    return (await this.flight.hostRows()).find((row) => row.host === host)?.power ?? null;
  }

  /** Faults of a device. */
  async breakDevice(host: string, faults: Readonly<Record<string, unknown>>): Promise<Lift> {
    await this.flight.machines.breakDevice(host, faults);
    return () => this.flight.machines.breakDevice(host, {});
  }

  /** A JSON merge patch (RFC 7396) of an object in a namespace. */
  patch(namespace: string, kind: string, name: string, change: object): Promise<string> {
    const text = JSON.stringify(change);
    return this.flight.kubectl("-n", namespace, "patch", kind, name, MANAGER, "--type=merge", "-p", text);
  }

  async annotate(host: string, annotation: string): Promise<Lift> {
    const set = (value: string | null): Promise<string> =>
      this.patch("clusters", "bmh", host, { metadata: { annotations: { [annotation]: value } } });
    await set("");
    return () => set(null);
  }

  /** Another value for a key of a Secret; null takes it away. */
  async changeSecret(namespace: string, name: string, key: string, value: string | null): Promise<Lift> {
    const path = `.data.${key.replaceAll(".", "\\.")}`;
    const before = await this.flight.field("secret", name, path, namespace);
    const encoded = value === null ? null : Buffer.from(value, "utf8").toString("base64");
    await this.patch(namespace, "secret", name, { data: { [key]: encoded } });
    return () => this.patch(namespace, "secret", name, { data: { [key]: before } });
  }

  /** A Deployment whose pods cannot start, as after a wrong image; the old ones go first. */
  async disable(namespace: string, deployment: string): Promise<Lift> {
    const spec = JSON.parse(
      await this.flight.kubectl("-n", namespace, "get", "deploy", deployment, "-o", "jsonpath={.spec}"),
    ) as {
      readonly strategy: { readonly type: string; readonly rollingUpdate?: object };
      readonly template: {
        readonly spec: { readonly containers: readonly { name: string; image: string }[] };
      };
    };
    const { containers } = spec.template.spec;
    const set = (strategy: object, image: (of: { readonly image: string }) => string): Promise<string> => {
      const change = containers.map((one) => ({ name: one.name, image: image(one) }));
      const template = { spec: { containers: change } };
      const text = JSON.stringify({ spec: { strategy, template } });
      // Strategic: containers are merged by their names.
      return this.flight.kubectl("-n", namespace, "patch", "deploy", deployment, MANAGER, "-p", text);
    };
    await set({ type: "Recreate", rollingUpdate: null }, () => NO_IMAGE);
    const { rollingUpdate = null, type } = spec.strategy;
    return () => set({ type, rollingUpdate }, ({ image }) => image);
  }

  /** Takes an object away, to be made again as it was. */
  async remove(namespace: string, kind: string, name: string): Promise<Lift> {
    const text = await this.flight.kubectl("-n", namespace, "get", kind, name, "-o", "json");
    const {
      metadata,
      status: _,
      ...rest
    } = JSON.parse(text) as {
      readonly metadata: { readonly labels?: object; readonly annotations?: object };
      readonly status?: object;
    };
    const { labels = {}, annotations = {} } = metadata;
    const again = { ...rest, metadata: { name, namespace, labels, annotations } };
    await this.flight.kubectl("-n", namespace, "delete", kind, name);
    return () => this.flight.kubectlInput(JSON.stringify(again), "create", MANAGER, "-f", "-");
  }

  /** So many workers instead of the one that there is. */
  async scaleWorkers(replicas: number): Promise<Lift> {
    const path = "/spec/topology/workers/machineDeployments/0/replicas";
    const set = (value: number): Promise<string> => {
      const change = JSON.stringify([{ op: "replace", path, value }]);
      const of = ["-n", "clusters", "patch", "cluster", CLUSTER];
      return this.flight.kubectl(...of, MANAGER, "--type=json", "-p", change);
    };
    await set(replicas);
    return () => set(this.flight.shape.workers);
  }

  /** Something that no password of the lab is. */
  noPassword(): string {
    return randomBytes(12).toString("hex");
  }

  #spare(role: "control-plane" | "worker"): string {
    const spare = this.flight.hosts(role).find((host) => !this.#placed.includes(host));
    if (spare === undefined) throw new Error(`every ${role} host is in use: the shape has too few`);
    return spare;
  }
}
