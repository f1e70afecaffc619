/**
 * A process that changes the store as fast as it can and says on standard output what was acknowledged, for a test that
 * kills it. Usage: node store-writer.ts FOLDER FIRST, where FIRST is the number of its first change.
 */
import { writeSync } from "node:fs";
import { createLogger } from "../../../emulator/src/log.ts";
import { Store } from "../../../emulator/src/store/store.ts";

const [folder, first] = process.argv.slice(2);
if (folder === undefined) throw new Error("name a folder");
const store = await Store.open({ folder, logger: createLogger("silent") });
for (let batch = Number(first); ; batch += 3) {
  // Three at a time, so that commits share writes and overlap with changes.
  await Promise.all(
    [batch, batch + 1, batch + 2].map(async (number) => {
      const machine = `node-${number}`;
      store.bootSettings.save(machine, { target: "Pxe", enabled: "Once", mode: "UEFI" });
      store.events.append({ at: number, kind: "boot", machine, message: String(number) });
      await store.commit();
      // At once and not through a buffer that the kill would empty.
      writeSync(1, `${number}\n`);
    }),
  );
}
