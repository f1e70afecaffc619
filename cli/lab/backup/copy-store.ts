import { emulatorNames, emulatorPort, labNamespace } from "../../../components/redfish-emulator/names.ts";
import { EmulatorClient, EmulatorFailure } from "../emulator-client.ts";
import { forwardedPort } from "../forwarded-port.ts";
import type { KubeApi } from "../kube-api.ts";
import type { LabContext } from "../lab-context.ts";
import { podsOf } from "../pods-of.ts";

/**
 * The emulator's store: by its address, else by a port that the API server forwards, as it has no address outside the cluster in
 * many labs.
 * @throws EmulatorFailure that says why it cannot be had; ApiRefusal, ApiUnreachable of the infra cluster.
 */
export async function copyStore(lab: LabContext, api: KubeApi): Promise<Buffer> {
  const client = await EmulatorClient.of(lab, api);
  if (client === undefined) throw new EmulatorFailure("unreachable", "the emulator is not declared yet");
  try {
    return await client.storeCopy();
  } catch (error) {
    if (!(error instanceof EmulatorFailure) || error.kind !== "unreachable") throw error;
    const [pod] = await podsOf(api, { namespace: labNamespace, deployment: emulatorNames.workload });
    if (pod === undefined) throw error;
    const end = new AbortController();
    const { port } = await forwardedPort(api, {
      namespace: labNamespace,
      pod,
      podPort: emulatorPort,
      port: 0,
      signal: end.signal,
      // What does not come about is told by the call that uses it.
      note: () => undefined,
    });
    try {
      return await client.through(port).storeCopy();
    } finally {
      end.abort();
    }
  }
}
