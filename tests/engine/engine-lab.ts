import { readFileSync } from "node:fs";
import { join } from "node:path";
import { retarget } from "../../sim/lab/retarget.ts";
import { TestLab } from "../support/test-lab.ts";

/** The sim that the engine tests share; on 127.21.0.0/24 unless told otherwise. */
export class EngineLab extends TestLab {
  constructor(name = "engine", network = "127.21.0", firstPort = 26_460) {
    super({
      name,
      firstPort,
      stackFile: (projectDir, kubeconfig) => {
        const original = readFileSync(join(projectDir, "Pulumi.sim.yaml"), "utf8");
        // Definitions and no waits: what the real controllers do is the business of tests/flight.
        const declared = original
          .replace(/^( +modules:) complete$/m, "$1 definitions")
          .replace(/^( +edge-lab:await:) full$/m, "$1 none")
          // Requests are counted against calls here, however slow the machine.
          .replaceAll(/^ +cacheSeconds: 5\n/gm, "");
        return retarget(declared, { network, kubeconfig });
      },
    });
  }
}
