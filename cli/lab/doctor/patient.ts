import { ConfigurationError } from "../../../components/config/configuration-error.ts";
import { decodedConfig } from "../../../components/config/decoded-config.ts";
import type { LabConfig } from "../../../components/config/lab.ts";
import { type ReadLab, readLabConfig } from "../../../components/config/parse-lab-config.ts";
import { ClusterReader } from "../../../components/preflight/cluster-reader.ts";
import { InfraView } from "../../../components/preflight/infra-view.ts";
import { Place } from "../../../components/preflight/place.ts";
import type { Scene } from "../../../components/preflight/scene.ts";
import type { Seen } from "../../../components/preflight/seen.ts";
import { PulumiFailure } from "../../pulumi-cli.ts";
import { apiPaths } from "../api-paths.ts";
import { EmulatorClient, EmulatorFailure } from "../emulator-client.ts";
import { ApiRefusal, ApiUnreachable, type KubeApi } from "../kube-api.ts";
import type { LabContext } from "../lab-context.ts";
import { LabError } from "../lab-error.ts";
import type { Finding } from "./check.ts";

/** The way in, or what was found instead. */
type InfraFound = { readonly client: KubeApi } | { readonly instead: Finding };

type EmulatorFound =
  /** count: of the systems that it serves. */
  { readonly client: EmulatorClient; readonly count: number } | { readonly instead: Finding };

/** What all checks share: the configuration as Pulumi has it, the ways into infra cluster and emulator, each tried once. */
export class Patient {
  readonly lab: LabContext;
  /** For the checks of preflight. */
  readonly scene: Scene;
  #decrypted: Promise<ReadLab> | undefined;
  #infra: Promise<InfraFound> | undefined;
  #emulator: Promise<EmulatorFound> | undefined;

  constructor(lab: LabContext) {
    this.lab = lab;
    const { config, infraKubeconfig } = lab;
    this.scene = {
      config,
      infra: new InfraView(() => ClusterReader.fromFile(infraKubeconfig, config.infra.context)),
      place: Place.here(),
      withLogins: () => this.#withLogins(),
    };
  }

  /**
   * The configuration as `pulumi up` would read it, logins and all.
   * @throws PulumiFailure, ConfigurationError.
   */
  decrypted(): Promise<ReadLab> {
    const { pulumi, stack, configFile } = this.lab;
    this.#decrypted ??= pulumi
      .config(stack, configFile)
      .then((config) => readLabConfig(decodedConfig(config), { mode: "up" }));
    return this.#decrypted;
  }

  /** The infra cluster, which has been asked for the lab's namespace with success. */
  infra(): Promise<InfraFound> {
    this.#infra ??= this.#findInfra();
    return this.#infra;
  }

  /** The emulator, which has taken the declared login. */
  emulator(): Promise<EmulatorFound> {
    this.#emulator ??= this.#findEmulator();
    return this.#emulator;
  }

  async #withLogins(): Promise<Seen<LabConfig>> {
    try {
      return { seen: (await this.decrypted()).config };
    } catch (error) {
      if (error instanceof ConfigurationError) return { unseen: "the configuration is refused, see above" };
      if (!(error instanceof PulumiFailure)) throw error;
      return { unseen: error.message.split("\n")[0] ?? "pulumi does not tell" };
    }
  }

  async #findInfra(): Promise<InfraFound> {
    const { config, infraKubeconfig } = this.lab;
    const where = `${infraKubeconfig}, context ${config.infra.context ?? "selected in it"}`;
    try {
      const client = this.lab.infra();
      if ((await client.find(apiPaths.labNamespace)) !== undefined) return { client };
      return {
        instead: {
          status: "fail",
          detail: `${client.server} (${where}) answers, but holds no lab: it has no namespace edge-lab`,
          fix: "set edge-lab:infra.context to the infra cluster's; if it is the right one: lab doctor --preflight, then pulumi up",
        },
      };
    } catch (error) {
      if (error instanceof LabError || error instanceof ApiUnreachable) {
        const fix = "start the infra cluster, or set edge-lab:infra.kubeconfig and edge-lab:infra.context";
        return { instead: { status: "fail", detail: error.message, fix } };
      }
      if (!(error instanceof ApiRefusal)) throw error;
      const fix = `take a kubeconfig whose login may read the lab (now ${where})`;
      return { instead: { status: "fail", detail: error.message, fix } };
    }
  }

  async #findEmulator(): Promise<EmulatorFound> {
    const infra = await this.infra();
    if ("instead" in infra) return { instead: notAsked("its login is in the infra cluster") };
    const client = await EmulatorClient.of(this.lab, infra.client);
    if (client === undefined) {
      const detail =
        "Secret redfish-emulator-credentials or ConfigMap edge-lab-ca is missing in namespace edge-lab";
      return { instead: { status: "fail", detail, fix: "run pulumi up" } };
    }
    try {
      return { client, count: await client.systemCount() };
    } catch (error) {
      if (!(error instanceof EmulatorFailure)) throw error;
      return { instead: failureFinding(error) };
    }
  }
}

/** What it means, and what to do, that the emulator would not answer. */
export function failureFinding({ kind, message }: EmulatorFailure): Finding {
  if (kind === "refused") {
    const fix =
      "let the emulator read its files again: kubectl -n edge-lab rollout restart deployment/redfish-emulator";
    return { status: "fail", detail: message, fix };
  }
  const fix =
    "run it where Ironic's way to the emulator (edge-lab:emulator.address) leads there too, and see that its pod runs: kubectl -n edge-lab get pods";
  return { status: "warn", detail: `not reachable from here: ${message}`, fix };
}

/** For a check that cannot be made because of what another one tells. */
export function notAsked(why: string): Finding {
  return { status: "skip", detail: `not asked: ${why}`, fix: "mend what fails above first" };
}
