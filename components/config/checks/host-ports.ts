import { type Check, problem } from "./check.ts";

/** Ports that Ironic (on the host network) and k3s take on the infra node. */
const taken: Readonly<Record<number, string>> = {
  6180: "Ironic's image server",
  6183: "Ironic's image server with TLS",
  6189: "Ironic's RPC",
  6385: "Ironic's API",
  6443: "the infra cluster's API",
  9608: "Ironic's exporter",
  10250: "the kubelet",
};

/** The image server listens on the infra node itself. */
export const hostPorts: Check = (draft) => {
  const serve = draft.nodeImage?.serve;
  const owner = serve?.port === undefined ? undefined : taken[serve.port];
  if (owner === undefined || serve?.enabled === false) return [];
  const fix = "choose another, such as 8088";
  return [
    problem(["nodeImage", "serve", "port"], serve?.port, `is the port of ${owner} on the infra node`, fix),
  ];
};
