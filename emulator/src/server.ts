import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { z } from "zod";
import { AuditLog } from "./audit/audit-log.ts";
import { Accounts } from "./auth/accounts.ts";
import { LoginThrottle } from "./auth/login-throttle.ts";
import { Sessions } from "./auth/sessions.ts";
import type { EmulatorConfig } from "./config.ts";
import { Console } from "./console/console.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { Subscriptions } from "./events/subscriptions.ts";
import { createApp } from "./http/app.ts";
import type { ClusterAccess } from "./kubernetes/api-reader.ts";
import { LabView } from "./kubernetes/lab-view.ts";
import { Listener } from "./listener.ts";
import { EmulatorMetrics } from "./metrics/emulator-metrics.ts";
import { type Clock, systemClock } from "./power/clock.ts";
import { PowerController } from "./power/power-controller.ts";
import { defaultTiming, type PowerTiming } from "./power/timing.ts";
import type { Service } from "./redfish/resource.ts";
import { Store } from "./store/store.ts";

export interface EmulatorOptions {
  readonly config: EmulatorConfig;
  readonly drivers: readonly DriverModule[];
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Folder with tls.crt and tls.key; absent: plain HTTP. */
  readonly tlsFolder?: string;
  /** Absent: nothing outlives the process. */
  readonly dataFolder?: string;
  /** The way to the Kubernetes that it is a pod of; absent: the console does not show what Kubernetes knows. */
  readonly cluster?: ClusterAccess;
  /** Folder that may hold the copy of an earlier store, for a data folder without one. */
  readonly seedFolder?: string;
  readonly logger: Logger;
  /** For tests; the defaults are the real ones. */
  readonly clock?: Clock;
  readonly timing?: Partial<PowerTiming>;
  readonly sessionTimeoutSeconds?: number;
  readonly sessionLimit?: number;
}

const SESSION_TIMEOUT_SECONDS = 1800;
const SESSION_LIMIT = 1000;

/** What changes while the service runs. */
interface Live {
  ready: boolean;
  /** Why the configuration file's newest content is not in use, if so. */
  configProblem: string | undefined;
  readonly reload: (config: EmulatorConfig) => Promise<void>;
  readonly endStreams: () => void;
}

/** The running service: store, power controller and socket, started and stopped in the right order. */
export class Emulator {
  readonly url: string;
  readonly controller: PowerController;
  readonly store: Store;
  readonly #listener: Listener;
  readonly #live: Live;

  private constructor(
    url: string,
    controller: PowerController,
    store: Store,
    listener: Listener,
    live: Live,
  ) {
    this.url = url;
    this.controller = controller;
    this.store = store;
    this.#listener = listener;
    this.#live = live;
  }

  /** @throws Error that says what to do when the address or the TLS files cannot be used */
  static async start(options: EmulatorOptions): Promise<Emulator> {
    const { config, drivers, host, port, tlsFolder, dataFolder, logger, clock = systemClock } = options;
    const store = await Store.open({
      logger,
      ...(dataFolder !== undefined && { folder: dataFolder }),
      ...(options.seedFolder !== undefined && { seedFolder: options.seedFolder }),
    });
    const { machines, cacheSeconds } = config;
    const timing = { ...defaultTiming, ...options.timing };
    const random = Math.random;
    const metrics: EmulatorMetrics = new EmulatorMetrics({
      version,
      machines: () => controller.machines,
      clock,
      sessions: () => sessions.list().length,
      storeFails: () => store.problem !== undefined,
    });
    store.onWrite = (...write) => metrics.service.storeWritten(...write);
    const controller = new PowerController({
      machines,
      drivers,
      cacheSeconds,
      store,
      clock,
      timing,
      random,
      logger,
      observer: metrics.devices,
    });
    const accounts = new Accounts({ table: store.accounts, clock });
    const timeoutSeconds = options.sessionTimeoutSeconds ?? SESSION_TIMEOUT_SECONDS;
    const sessions = new Sessions({
      accounts,
      table: store.sessions,
      clock,
      timeoutSeconds,
      limit: options.sessionLimit ?? SESSION_LIMIT,
    });
    store.events.limit = config.eventLimit;
    const subscriptions = new Subscriptions({
      table: store.subscriptions,
      events: store.events,
      accounts,
      clock,
      random,
      logger,
    });
    const audit = new AuditLog(store.events, logger, clock);
    const takeUsers = async (users: EmulatorConfig["users"]): Promise<void> => {
      for (const name of await accounts.configure(users)) {
        const message = `account ${name}, made over Redfish, removed: the configuration has a user of that name`;
        audit.record({ kind: "account", outcome: "done", message });
      }
    };
    await takeUsers(config.users);
    const throttle = new LoginThrottle(clock);
    const uuid = store.serviceUuid;
    let current = config;
    const endpoint = { port: 0, secure: tlsFolder !== undefined };
    const watchLab = ({ kubernetes }: EmulatorConfig): LabView | undefined =>
      options.cluster && kubernetes
        ? new LabView({ access: options.cluster, ...kubernetes, clock, random, logger })
        : undefined;
    let lab = watchLab(config);
    const service: Service = {
      get config() {
        return current;
      },
      controller,
      accounts,
      sessions,
      throttle,
      store,
      metrics,
      audit,
      subscriptions,
      get lab() {
        return lab;
      },
      clock,
      endpoint,
      uuid,
      version,
    };
    const reload = async (next: EmulatorConfig): Promise<void> => {
      // First what can be refused.
      const { added, changed, removed } = controller.apply(next.machines, next.cacheSeconds);
      for (const name of removed) metrics.devices.forget(name);
      await takeUsers(next.users);
      if (next.kubernetes?.namespace !== current.kubernetes?.namespace) {
        lab?.close();
        lab = watchLab(next);
      }
      current = next;
      logger.level = next.logLevel;
      store.events.limit = next.eventLimit;
      const names = (list: readonly string[]): string => (list.length > 0 ? list.join(", ") : "none");
      const message = `configuration taken anew; machines added: ${names(added)}; changed: ${names(changed)}; removed: ${names(removed)}`;
      audit.record({ kind: "configuration", outcome: "done", message });
      await store.commit();
    };
    const page = new Console(service, logger);
    const live: Live = {
      ready: true,
      configProblem: undefined,
      reload,
      endStreams: () => {
        subscriptions.close();
        page.close();
        lab?.close();
      },
    };
    const health = () => ({
      ready: live.ready,
      problem: live.configProblem ?? (store.problem && "the data folder cannot be written"),
    });
    const handle = createApp({ service, health, logger, console: page.handle });
    try {
      const tls = tlsFolder !== undefined && { tlsFolder };
      const listener = await Listener.open({ host, port, ...tls, handle, logger });
      const { host: address, port: realPort } = listener.address;
      endpoint.port = realPort;
      const authority = `${address.includes(":") ? `[${address}]` : address}:${realPort}`;
      const url = `${tlsFolder === undefined ? "http" : "https"}://${authority}`;
      controller.start();
      return new Emulator(url, controller, store, listener, live);
    } catch (error) {
      lab?.close();
      await controller.close();
      await store.close();
      throw error;
    }
  }

  /**
   * Takes another configuration into use: sessions and caches of what did not change live on, as does the socket.
   * @throws Error when a driver refuses a machine; then nothing has changed
   */
  reload(config: EmulatorConfig): Promise<void> {
    return this.#live.reload(config);
  }

  /** Shown at /readyz, which stays 200: the service works with the configuration before. */
  set configProblem(problem: string | undefined) {
    this.#live.configProblem = problem;
  }

  /** Finishes what is under way, then keeps what is to be kept. */
  async stop(): Promise<void> {
    this.#live.ready = false;
    this.#live.endStreams();
    // Together: requests wait for actions, and an action that is given up ends its request.
    const actions = this.controller.close();
    await Promise.all([this.#listener.close(actions), actions]);
    await this.store.close();
  }
}

const manifest = z.object({ version: z.string() });
const { version } = manifest.parse(
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
);
