import type { KubeObject } from "../kubernetes/kube-object.ts";
import type { IronicDeclaration } from "./ironic-service.ts";
import type { IronicSpec } from "./ironic-spec.ts";

/** The operator's defaults (ironic-standalone-operator, api/v1alpha1/ironic_types.go). */
const DEFAULT_PORTS = { api: 6385, images: 6180 } as const;

/** What Ironic is run with, or what is missing in the objects that the resource names. */
export function declarationOf(
  spec: IronicSpec,
  inputs: ReadonlyMap<string, KubeObject>,
): IronicDeclaration | string {
  const { networking = {}, tls = {}, apiCredentialsName = "", extraConfig = [] } = spec;
  const { ipAddress, apiPort = DEFAULT_PORTS.api, imageServerPort = DEFAULT_PORTS.images } = networking;
  if (!ipAddress)
    return "spec.networking.ipAddress is missing: there is no node here whose address could be taken";
  const secret = (name: string, key: string): string | undefined => {
    const value = inputs.get(`Secret/${name}`)?.data?.[key];
    return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
  };
  const username = secret(apiCredentialsName, "username")?.trim();
  const password = secret(apiCredentialsName, "password")?.trim();
  if (!username || !password) {
    return `secret ${apiCredentialsName || "(spec.apiCredentialsName)"} holds no username and password`;
  }
  const certificate = secret(tls.certificateName ?? "", "tls.crt");
  const key = secret(tls.certificateName ?? "", "tls.key");
  if (tls.certificateName && !(certificate && key)) {
    return `secret ${tls.certificateName} holds no tls.crt and tls.key`;
  }
  const authority = authorityOf(tls, inputs);
  return {
    address: ipAddress,
    apiPort,
    filesPort: imageServerPort,
    username,
    password,
    ...(certificate && key ? { tls: { certificate, key } } : {}),
    ...(authority ? { bmcAuthority: authority } : {}),
    extraConfig,
  };
}

/** Every certificate of the object that `tls.bmcCA` names, whatever its keys are called. */
function authorityOf(
  tls: NonNullable<IronicSpec["tls"]>,
  inputs: ReadonlyMap<string, KubeObject>,
): string | undefined {
  const { kind, name } = tls.bmcCA ?? { kind: "Secret", name: tls.bmcCAName };
  const data = Object.values(inputs.get(`${kind}/${name}`)?.data ?? {});
  const texts = kind === "Secret" ? data.map((value) => Buffer.from(value, "base64").toString("utf8")) : data;
  return texts.length > 0 ? texts.join("\n") : undefined;
}
