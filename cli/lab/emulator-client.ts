import { z } from "zod";
import { emulatorEndpoint } from "../../components/config/resolve/bmc-address.ts";
import { certificateProblem } from "../../components/http/certificate-problem.ts";
import { type HttpsAnswer, httpsCall } from "../../components/http/https-call.ts";
import { emulatorNames, labNamespace } from "../../components/redfish-emulator/names.ts";
import { apiPaths } from "./api-paths.ts";
import type { KubeApi } from "./kube-api.ts";
import type { LabContext } from "./lab-context.ts";
import { secretData } from "./secret-data.ts";

/** Of an answer: no resource comes near it. */
const maxMiB = 32;

/** refused: it answers and does not let us in, or cannot be trusted. unreachable: no way to it from here. */
export class EmulatorFailure extends Error {
  override readonly name = "EmulatorFailure";
  readonly kind: "refused" | "unreachable";

  constructor(kind: "refused" | "unreachable", message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface EmulatorAccess {
  /** As in https://192.0.2.1:8443. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly caPem: string;
  /** Whose certificate it has to be, where that is not the URL's host. */
  readonly servername?: string;
}

const systemSchema = z.object({
  PowerState: z.string(),
  Actions: z
    .object({
      "#ComputerSystem.Reset": z
        .object({ "ResetType@Redfish.AllowableValues": z.array(z.string()).default([]) })
        .prefault({}),
    })
    .prefault({}),
  Status: z.object({
    Health: z.string().default("OK"),
    Conditions: z
      .array(
        z.object({
          MessageId: z.string().default(""),
          Message: z.string().default(""),
          Resolution: z.string().default(""),
        }),
      )
      .default([]),
  }),
});

/** What the emulator knows of a host's power device. */
export interface SystemReport {
  /** On, Off, PoweringOn, PoweringOff or Unknown (DSP0268, Resource.PowerState). */
  readonly power: string;
  /** OK, Warning or Critical. */
  readonly health: string;
  /** What the device can be told (DSP0268, Resource.ResetType). */
  readonly resetTypes: readonly string[];
  /** What is wrong with the device, and what to do about it. */
  readonly conditions: readonly {
    /** Of DMTF's Base registry, as in Base.1.22.AccessDenied. */
    readonly id: string;
    readonly message: string;
    readonly resolution: string;
  }[];
}

const errorSchema = z.object({
  error: z.object({ "@Message.ExtendedInfo": z.array(z.object({ Message: z.string() })).min(1) }),
});
const storeSchema = z.object({ format: z.literal("sqlite3"), content: z.base64() });
const collectionSchema = z.object({ Members: z.array(z.unknown()) });
const authoritySchema = z.object({ data: z.object({ "ca.crt": z.string() }) });

/** Milliseconds: a device that does not answer keeps its System waiting until the driver gives up. */
const timeOut = 20_000;
/** Milliseconds: the emulator answers a Reset within 50 s. */
const resetTimeOut = 60_000;

/** Talks to the lab's Redfish emulator. Power states come from its cache: looking here asks a device no more often. */
export class EmulatorClient {
  readonly url: string;
  readonly #access: EmulatorAccess;

  constructor(access: EmulatorAccess) {
    this.url = access.url;
    this.#access = access;
  }

  /**
   * The emulator of a lab with the login that Pulumi declared.
   * @returns undefined as long as that is not declared.
   * @throws ApiRefusal, ApiUnreachable of the infra cluster.
   */
  static async of({ config }: LabContext, api: KubeApi): Promise<EmulatorClient | undefined> {
    const [secret, authority] = await Promise.all([
      api.find(apiPaths.emulatorLogin),
      api.find(apiPaths.authority),
    ]);
    const ca = authoritySchema.safeParse(authority);
    if (secret === undefined || !ca.success) return undefined;
    const [username, password] = [secretData(secret, "username"), secretData(secret, "password")];
    if (username === undefined || password === undefined) return undefined;
    const url = `https://${emulatorEndpoint(config)}`;
    return new EmulatorClient({ url, username, password, caPem: ca.data.data["ca.crt"] });
  }

  /** The same emulator by a port of this machine that leads to it. */
  through(port: number): EmulatorClient {
    const servername = `${emulatorNames.workload}.${labNamespace}.svc`;
    return new EmulatorClient({ ...this.#access, url: `https://127.0.0.1:${port}`, servername });
  }

  /** A copy of what it remembers, as an SQLite file. @throws EmulatorFailure. */
  async storeCopy(): Promise<Buffer> {
    const { status, text } = await this.#call("GET", "/store", timeOut);
    const copy = storeSchema.safeParse(status === 200 ? safely(text) : undefined);
    if (copy.success) return Buffer.from(copy.data.content, "base64");
    const why = status === 404 ? ": it is older than `lab backup`, which pulumi up mends" : "";
    throw new EmulatorFailure("refused", `${this.url} answers HTTP ${status} to GET /store${why}`);
  }

  /** How many systems it has; asking takes a login. @throws EmulatorFailure. */
  async systemCount(): Promise<number> {
    const { status, text } = await this.#call("GET", "/redfish/v1/Systems", timeOut);
    const collection = collectionSchema.safeParse(status === 200 ? JSON.parse(text) : undefined);
    if (collection.success) return collection.data.Members.length;
    throw new EmulatorFailure("refused", `${this.url} answers HTTP ${status} to GET /redfish/v1/Systems`);
  }

  /** @returns undefined when it does not know the host. @throws EmulatorFailure. */
  async system(host: string): Promise<SystemReport | undefined> {
    const { status, text } = await this.#call(
      "GET",
      `/redfish/v1/Systems/${encodeURIComponent(host)}`,
      timeOut,
    );
    if (status === 404) return undefined;
    const system = systemSchema.safeParse(status === 200 ? JSON.parse(text) : undefined);
    if (!system.success)
      throw new EmulatorFailure("refused", `${this.url} answers HTTP ${status} for ${host}`);
    const { PowerState, Status, Actions } = system.data;
    return {
      power: PowerState,
      resetTypes: Actions["#ComputerSystem.Reset"]["ResetType@Redfish.AllowableValues"],
      health: Status.Health,
      conditions: Status.Conditions.map(({ MessageId, Message, Resolution }) => ({
        id: MessageId,
        message: Message,
        resolution: Resolution,
      })),
    };
  }

  /**
   * Has a host's device switch it. The emulator accepts, and the machine follows: system() tells when it has.
   * @throws EmulatorFailure with the emulator's own words when it will not, or the device cannot.
   */
  async reset(host: string, ResetType: string): Promise<void> {
    const path = `/redfish/v1/Systems/${encodeURIComponent(host)}/Actions/ComputerSystem.Reset`;
    const { status, text } = await this.#call("POST", path, resetTimeOut, { ResetType });
    if (status >= 200 && status < 300) return;
    const said = errorSchema.safeParse(safely(text));
    const words = said.success ? said.data.error["@Message.ExtendedInfo"].map(({ Message }) => Message) : [];
    throw new EmulatorFailure("refused", [`${ResetType} of ${host}: HTTP ${status}`, ...words].join("; "));
  }

  async #call(method: "GET" | "POST", path: string, patience: number, body?: unknown): Promise<HttpsAnswer> {
    let answer: HttpsAnswer;
    try {
      const { url, ...login } = this.#access;
      answer = await httpsCall({ ...login, method, url: `${url}${path}`, timeOut: patience, maxMiB, body });
    } catch (error) {
      const certificate = certificateProblem(error);
      if (certificate !== undefined) {
        const message = `the lab's authority does not vouch for the certificate of the emulator at ${this.url}: ${certificate}`;
        throw new EmulatorFailure("refused", message);
      }
      const why = error instanceof Error ? error.message || error.name : String(error);
      throw new EmulatorFailure("unreachable", `${this.url}: ${why}`);
    }
    if (answer.status === 401 || answer.status === 403) {
      const message = `the emulator at ${this.url} refuses the login of Secret redfish-emulator-credentials (HTTP ${answer.status})`;
      throw new EmulatorFailure("refused", message);
    }
    return answer;
  }
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
