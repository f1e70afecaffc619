import type {
  CallsRecord,
  EventRecord,
  HostRecord,
  MachineRecord,
  PowerRecord,
} from "../../flight/record/flight-record.ts";

/** Records of a made-up flight; times are seconds after its beginning. */
export const made = {
  host(at: number, name: string, state: string, more: Partial<HostRecord> = {}): HostRecord {
    return {
      kind: "host",
      at: at * 1000,
      name,
      state,
      on: null,
      online: true,
      error: "",
      consumer: null,
      ...more,
    };
  },
  machine(at: number, name: string, phase: string): MachineRecord {
    return {
      kind: "machine",
      at: at * 1000,
      name,
      phase,
      cluster: "edge",
      version: "v1.34.3",
      infra: name,
      node: null,
    };
  },
  power(at: number, host: string, on: boolean): PowerRecord {
    return { kind: "power", at: at * 1000, host, on, cause: on ? "on" : "off", boot: on };
  },
  event(at: number, host: string, what: string): EventRecord {
    return { kind: "event", at: at * 1000, host, what, detail: "" };
  },
  calls(at: number, host: string, total: number, actions = 0): CallsRecord {
    return {
      kind: "calls",
      at: at * 1000,
      host,
      device: "tapo",
      total,
      powerReads: total - actions,
      actions,
    };
  },
};
