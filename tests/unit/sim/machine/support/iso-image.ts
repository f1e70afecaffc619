const SECTOR = 2048;
/** 16 of system area, three descriptors. */
const RESERVED = 19;

type Names = "joliet" | "rockRidge" | "plain";
type Tree = { [name: string]: Tree | string };

export interface IsoOptions {
  readonly label?: string;
  /** Of the one or two trees: joliet makes a second one beside the first, whose names are plain then. */
  readonly names?: Names;
}

/** A small ISO 9660 image (ECMA-119) for tests: every directory fits one sector. */
export function isoImage(files: Readonly<Record<string, string>>, options: IsoOptions = {}): Buffer {
  const { label = "config-2", names = "joliet" } = options;
  const sectors: Buffer[] = Array.from({ length: RESERVED }, () => Buffer.alloc(SECTOR));
  const tree = treeOf(files);
  const first = directory(tree, sectors, names === "rockRidge" ? "rockRidge" : "plain");
  const descriptors = [descriptor(1, Buffer.from(label.padEnd(32), "latin1"), first)];
  if (names === "joliet") {
    const joliet = descriptor(2, ucs2(label.padEnd(16)), directory(tree, sectors, "joliet"));
    joliet.write("%/E", 88, "latin1");
    descriptors.push(joliet);
  }
  descriptors.push(descriptor(255, Buffer.alloc(0), Buffer.alloc(0)));
  sectors.splice(16, descriptors.length, ...descriptors);
  return Buffer.concat(sectors);
}

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const root: Tree = {};
  for (const [path, content] of Object.entries(files)) {
    const names = path.split("/");
    const file = names.pop() ?? "";
    let at = root;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Tree;
    }
    at[file] = content;
  }
  return root;
}

/** Puts a directory and all below it on the image; returns its own record. */
function directory(tree: Tree, sectors: Buffer[], names: Names): Buffer {
  const records = Object.entries(tree).map(([name, entry], position) => {
    const isFile = typeof entry === "string";
    const short = isFile ? `FILE${position}.TXT;1` : `DIR${position}`;
    const identifier = names === "joliet" ? ucs2(isFile ? `${name};1` : name) : Buffer.from(short);
    const use = names === "rockRidge" ? systemUse(name) : Buffer.alloc(0);
    if (!isFile)
      return record(identifier, use, directory(entry, sectors, names).readUInt32LE(2), SECTOR, true);
    const content = Buffer.from(entry);
    return record(identifier, use, append(sectors, content), content.length, false);
  });
  const at = append(sectors, Buffer.alloc(SECTOR));
  const [self, above] = [0, 1].map((code) =>
    record(Buffer.from([code]), Buffer.alloc(0), at, SECTOR, true),
  ) as [Buffer, Buffer];
  Buffer.concat([self, above, ...records]).copy(sectors[at] as Buffer);
  return self;
}

function append(sectors: Buffer[], content: Buffer): number {
  const at = sectors.length;
  for (let from = 0; from < Math.max(content.length, 1); from += SECTOR) {
    const sector = Buffer.alloc(SECTOR);
    content.copy(sector, 0, from);
    sectors.push(sector);
  }
  return at;
}

function record(
  identifier: Buffer,
  use: Buffer,
  sector: number,
  bytes: number,
  isDirectory: boolean,
): Buffer {
  const padded = 33 + identifier.length + ((identifier.length + 1) % 2);
  const block = Buffer.alloc(padded + use.length + (use.length % 2));
  block.writeUInt8(block.length, 0);
  block.writeUInt32LE(sector, 2);
  block.writeUInt32BE(sector, 6);
  block.writeUInt32LE(bytes, 10);
  block.writeUInt32BE(bytes, 14);
  block.writeUInt8(isDirectory ? 2 : 0, 25);
  block.writeUInt8(identifier.length, 32);
  identifier.copy(block, 33);
  use.copy(block, padded);
  return block;
}

/** A PX entry, which readers of names have to step over, and the name in two NM entries. */
function systemUse(name: string): Buffer {
  const half = Math.ceil(name.length / 2);
  const px = Buffer.alloc(36);
  px.write("PX", 0);
  px.writeUInt8(px.length, 2);
  const parts = [name.slice(0, half), name.slice(half)].map((part, index) =>
    Buffer.concat([
      Buffer.from("NM"),
      Buffer.from([5 + part.length, 1, index === 0 ? 1 : 0]),
      Buffer.from(part),
    ]),
  );
  return Buffer.concat([px, ...parts]);
}

function descriptor(type: number, label: Buffer, root: Buffer): Buffer {
  const block = Buffer.alloc(SECTOR);
  block.writeUInt8(type, 0);
  block.write("CD001", 1, "latin1");
  label.copy(block, 40);
  root.copy(block, 156);
  return block;
}

function ucs2(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}
