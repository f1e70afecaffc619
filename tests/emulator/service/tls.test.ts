import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type SecureVersion } from "node:tls";
import { Listener } from "../../../emulator/src/listener.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { testCertificate } from "../support/certificate.ts";
import { writeCertificate } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";

/** Serial number of the certificate that a new connection gets. */
function servedSerial(port: number, version?: SecureVersion): Promise<string> {
  // What the client's own library would refuse by itself must be left to the server.
  const only = version && { minVersion: version, maxVersion: version, ciphers: "DEFAULT:@SECLEVEL=0" };
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...only }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe("the TLS certificate", () => {
  let folder: string;
  let log: string;
  let listener: Listener | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-tls-"));
    log = "";
    listener = undefined;
  });

  afterEach(async () => {
    await listener?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (): Promise<number> => {
    const logger = createLogger("info", {
      write: (line) => {
        log += line;
      },
    });
    const handle = (_: unknown, response: { end: () => void }): void => response.end();
    listener = await Listener.open({ host: "127.0.0.1", port: 0, tlsFolder: folder, handle, logger });
    return listener.address.port;
  };

  it("is taken anew when the files change, without a restart", async () => {
    await writeCertificate(folder, await testCertificate("01"));
    const port = await open();
    assert.equal(await servedSerial(port), "01");
    await writeCertificate(folder, await testCertificate("02"));
    await eventually(async () => assert.equal(await servedSerial(port), "02"));
  });

  it("is shown over TLS 1.2 and 1.3 only, also when it was taken anew", async () => {
    await writeCertificate(folder, await testCertificate("01"));
    const port = await open();
    for (const serial of ["01", "02"]) {
      await writeCertificate(folder, await testCertificate(serial));
      await eventually(async () => assert.equal(await servedSerial(port), serial));
      assert.equal(await servedSerial(port, "TLSv1.3"), serial);
      assert.equal(await servedSerial(port, "TLSv1.2"), serial);
      await assert.rejects(servedSerial(port, "TLSv1.1"), { code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
    }
  });

  it("is taken anew when Kubernetes swaps the folder behind the links", async () => {
    const version = async (name: string, serial: string): Promise<void> => {
      await mkdir(join(folder, name));
      await writeCertificate(join(folder, name), await testCertificate(serial));
      await symlink(name, join(folder, "..data_tmp"));
      await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    await version("..1", "01");
    for (const file of ["tls.crt", "tls.key"]) await symlink(join("..data", file), join(folder, file));
    const port = await open();
    assert.equal(await servedSerial(port), "01");
    await version("..2", "02");
    await eventually(async () => assert.equal(await servedSerial(port), "02"));
  });

  it("stays as it is when the new files are no pair, and says so", async () => {
    await writeCertificate(folder, await testCertificate("01"));
    const port = await open();
    const other = await testCertificate("02");
    await writeFile(join(folder, "tls.crt"), other.cert);
    await eventually(async () => assert.match(log, /not usable, the old ones stay in use/));
    assert.equal(await servedSerial(port), "01");
    await writeFile(join(folder, "tls.key"), other.key);
    await eventually(async () => assert.equal(await servedSerial(port), "02"));
    assert.ok(!log.includes("PRIVATE KEY"));
  });

  it("that is missing is told by its path", async () => {
    await assert.rejects(open(), /tls\.(crt|key): there is no such file; --tls-dir must name a folder/);
  });
});
