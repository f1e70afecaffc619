import type { Problem } from "../problem.ts";
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

/** The image server, and uploads into it, listen on the infra node itself. */
export const hostPorts: Check = (draft) => {
  const { serve, build } = draft.nodeImage ?? {};
  if (serve?.enabled === false) return [];
  const servePort = serve?.port;
  const owner = servePort === undefined ? undefined : taken[servePort];
  const uploadPort = build?.uploadPort;
  const uploadOwner =
    uploadPort === undefined
      ? undefined
      : uploadPort === servePort
        ? "the image server (nodeImage.serve.port)"
        : taken[uploadPort];
  return [
    ...(owner === undefined ? [] : [portProblem(["serve", "port"], servePort, owner, 8088)]),
    ...(uploadOwner === undefined
      ? []
      : [portProblem(["build", "uploadPort"], uploadPort, uploadOwner, 8089)]),
  ];
};

function portProblem(path: readonly string[], value: unknown, owner: string, other: number): Problem {
  const wrong = `is the port of ${owner} on the infra node`;
  return problem(["nodeImage", ...path], value, wrong, `choose another, such as ${other}`);
}
