import { parseDocument } from "yaml";
import { waitUntil } from "../../../sim/processes/wait-until.ts";
import type { FlightLab } from "../../../tests/flight/lab/flight-lab.ts";
import type { BenchCase } from "../bench-case.ts";
import { callsRows } from "../calls-rows.ts";
import { hostPhases } from "../host-phases.ts";
import { milestones } from "../milestones.ts";
import { phaseRows } from "../phase-rows.ts";

/** Who owns the image of the hosts: not Pulumi, which would take back what is set in its name. */
const FIELD_MANAGER = "bench-flight";

/** Hosts of a lab without a cluster get an image by hand: Metal3, Ironic and the emulator alone, with many machines. */
export function provisionedCase(hosts: number, limitMinutes: number): BenchCase {
  const controlPlaneHosts = Math.ceil(hosts / 2);
  const workerHosts = hosts - controlPlaneHosts;
  return {
    id: `provisioned-${hosts}`,
    title: `${hosts} hosts without a cluster, from nothing to provisioned`,
    lab: { controlPlaneHosts, workerHosts, cluster: "none", await: "provisioned" },
    limitMinutes,
    measure: async ({ lab, recorder, from, signal, step }) => {
      step("npm start");
      await lab.up();
      const declared = Date.now();
      signal.throwIfAborted();
      step("an image for every host");
      await lab.kubectlInput(
        images(lab),
        "apply",
        "--server-side",
        // kubectl would judge the part as if it were a whole host; the API server judges what comes of it.
        "--validate=false",
        `--field-manager=${FIELD_MANAGER}`,
        "--filename=-",
      );
      const state = 'jsonpath={range .items[*]}{.status.provisioning.state}{"\\n"}{end}';
      await waitUntil(
        async () => {
          const listed = await lab.kubectl("--namespace=clusters", "get", "bmh", `--output=${state}`);
          const done = listed.split("\n").filter((line) => line === "provisioned").length;
          if (done === hosts) return true;
          throw new Error(`${done} of ${hosts} are`);
        },
        { what: "all hosts provisioned", timeoutMs: limitMinutes * 60_000, everyMs: 5_000, signal },
      );
      const until = Date.now();
      await recorder.look(true);
      const records = recorder.records();
      const reached = milestones(records, from, hosts);
      return {
        milestones: [
          ...reached,
          { what: "npm start has ended; images are set", seconds: (declared - from) / 1000 },
        ].toSorted((one, other) => one.seconds - other.seconds),
        phases: phaseRows(hostPhases(records, from, until), records),
        calls: callsRows(records, from),
      };
    },
  };
}

/** What `kubectl apply --server-side` takes: nothing of a host but its image. */
function images(lab: FlightLab): string {
  const image = ["config", "edge-lab:nodeImage", "images", lab.version()];
  const declared = parseDocument(lab.stackFile());
  const spec = {
    image: {
      url: String(declared.getIn([...image, "url"])),
      checksum: String(declared.getIn([...image, "sha256"])),
      checksumType: "sha256",
      format: "raw",
    },
  };
  const items = lab.hosts().map((name) => ({
    apiVersion: "metal3.io/v1alpha1",
    kind: "BareMetalHost",
    metadata: { name, namespace: "clusters" },
    spec,
  }));
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
