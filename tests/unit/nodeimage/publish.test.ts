import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { infraKubeconfig } from "../../../components/workload-cluster/infra-kubeconfig.ts";
import { NodeImageCommands } from "../../../nodeimage/commands.ts";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { withWriter } from "../../../nodeimage/publish/writer-session.ts";
import { WriterCluster } from "./writer-cluster.ts";

const name = (letter: string): string => `node-v1.34.3-${letter.repeat(12)}.raw`;

describe("publishing an image", () => {
  let cluster: WriterCluster;
  let port: number;
  let said: string[];
  const content = randomBytes(200_000);
  beforeEach(async () => {
    cluster = await WriterCluster.start();
    port = await freePort();
    said = [];
  });
  afterEach(() => cluster.stop());

  function imageFile(letter = "a"): string {
    const folder = join(cluster.folder, "built");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, name(letter));
    writeFileSync(file, content);
    writeFileSync(
      `${file}.sha256`,
      `${createHash("sha256").update(content).digest("hex")}  ${name(letter)}\n`,
    );
    return file;
  }

  function publish(file: string, keep = "2"): Promise<void> {
    const commands = new NodeImageCommands((line) => said.push(line));
    const { kubeconfig } = cluster;
    return commands.publish(file, { kubeconfig, address: "127.0.0.1", uploadPort: String(port), keep });
  }

  /** An image that was published a while ago. */
  function old(letter: string, day: number): void {
    const file = join(cluster.images, name(letter));
    writeFileSync(file, "old");
    writeFileSync(`${file}.sha256`, `${"0".repeat(64)}  ${name(letter)}\n`);
    const time = new Date(`2026-01-0${day}T00:00:00Z`);
    utimesSync(file, time, time);
  }

  it("runs a writer for as long as it takes, and leaves the image and nothing else", async () => {
    await publish(imageFile());
    assert.deepEqual(readFileSync(join(cluster.images, name("a"))), content);
    assert.deepEqual(readdirSync(cluster.images).sort(), [
      "SHA256SUMS",
      ...["", ".json", ".sha256"].map((ending) => name("a") + ending),
    ]);
    assert.deepEqual([...cluster.objects.keys()], []);
    await publish(imageFile());
    assert.ok(said.every((line) => !line.includes("already exists")));
  });

  it("gives the writer what it needs and no more", async () => {
    // What the client sends has its keys in the order of the alphabet.
    cluster.waiting = { reason: "ErrImagePull", message: "no such image" };
    const place = {
      namespace: "edge-lab",
      server: "image-server",
      address: "127.0.0.1",
      port,
      image: "node:22",
    };
    const kubeconfig = infraKubeconfig({ kubeconfig: cluster.kubeconfig, context: undefined });
    const seen: unknown[] = [];
    const say = (): void => void seen.push(cluster.objects.get("pods/image-writer"));
    const watched = { say, startTimeOut: 100, poll: 10 };
    const failed = withWriter(kubeconfig, place, watched, () => assert.fail("it never runs"));
    await assert.rejects(failed, (error: unknown) => {
      assert.ok(error instanceof ImageError);
      return /does not come to run: ErrImagePull: no such image.*describe pod image-writer/.test(
        error.message,
      );
    });
    assert.deepEqual([...cluster.objects.keys()], [], "also a writer that did not run is removed");
    const text = JSON.stringify(seen[0]);
    for (const part of [
      '"runAsNonRoot":true',
      '"readOnlyRootFilesystem":true',
      '"automountServiceAccountToken":false',
      '"drop":["ALL"]',
      '"claimName":"image-server"',
      `"hostIP":"127.0.0.1","hostPort":${port}`,
      '"activeDeadlineSeconds"',
    ]) {
      assert.ok(text.includes(part), `${part} is not in ${text}`);
    }
    assert.doesNotMatch(text, /BEGIN|token"/, "no secret stands in the pod itself");
  });

  it("takes away what a session that died has left", async () => {
    cluster.objects.set("pods/image-writer", { metadata: { name: "image-writer", uid: "old" } });
    cluster.objects.set("secrets/image-writer", { metadata: { name: "image-writer" } });
    await publish(imageFile());
    assert.deepEqual([...cluster.objects.keys()], []);
    assert.ok(existsSync(join(cluster.images, name("a"))));
  });

  it("removes old images that nothing uses, all but the newest", async () => {
    for (const [index, letter] of [..."bcde"].entries()) old(letter, index + 1);
    cluster.custom.set("baremetalhosts", [
      { spec: {}, status: { provisioning: { image: { url: `http://127.0.0.1:8088/${name("b")}` } } } },
    ]);
    await publish(imageFile(), "1");
    const left = readdirSync(cluster.images).filter((file) => file.endsWith(".raw"));
    assert.deepEqual(left.sort(), [name("a"), name("b"), name("e")]);
    assert.ok(said.includes(`${name("c")}: removed, nothing uses it`));
  });

  it("removes nothing when it cannot learn what is in use, and that is no failure", async () => {
    old("b", 1);
    cluster.custom.set("baremetalhosts", ["not an object"]);
    await publish(imageFile(), "0");
    assert.ok(existsSync(join(cluster.images, name("b"))));
    assert.match(said.join("\n"), /old images were left alone: /);
  });

  it("publishes no damaged file, and nothing to an address or port that is none", async () => {
    const file = imageFile();
    writeFileSync(file, "damaged");
    await assert.rejects(publish(file), /is damaged/);
    assert.deepEqual(readdirSync(cluster.images), []);
    const commands = new NodeImageCommands(() => undefined);
    const target = { kubeconfig: cluster.kubeconfig, address: "infra.lan", uploadPort: "1", keep: "2" };
    await assert.rejects(commands.publish(imageFile(), target), /infra\.lan is no IP address/);
    const wrong = { ...target, address: "127.0.0.1", uploadPort: "0" };
    await assert.rejects(commands.publish(imageFile(), wrong), /0 is no port/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
