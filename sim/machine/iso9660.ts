const SECTOR = 2048;
/** The volume descriptors begin after the system area of 16 sectors. */
const FIRST_DESCRIPTOR = 16;
const PRIMARY = 1;
const SUPPLEMENTARY = 2;
const END = 255;
/** Escape sequences of the three levels of Joliet: UCS-2, big endian. */
const JOLIET = ["%/@", "%/C", "%/E"];
const DIRECTORY = 2;
/** Far more than Ironic makes: 64 MiB. */
const LARGEST_EXTENT_BYTES = 256 * 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly directory: boolean;
  readonly sector: number;
  readonly bytes: number;
}

/**
 * Reads files out of an ISO 9660 image (ECMA-119) by the names that their maker gave them: Joliet's, else Rock Ridge's
 * (System Use Sharing Protocol, entry NM), else the plain ones. For images that lie in memory whole.
 */
export class Iso9660 {
  readonly #image: Buffer;
  readonly #root: Entry;
  readonly #joliet: boolean;
  /** As the primary volume descriptor has it, without the padding. */
  readonly label: string;

  /** @throws Error when it is no such image */
  constructor(image: Buffer) {
    this.#image = image;
    const primary = this.#descriptor((type) => type === PRIMARY);
    if (primary === undefined) throw new Error("not an ISO 9660 image: no primary volume descriptor (CD001)");
    this.label = primary.toString("latin1", 40, 72).trimEnd();
    const joliet = this.#descriptor(
      (type, descriptor) => type === SUPPLEMENTARY && JOLIET.includes(descriptor.toString("latin1", 88, 91)),
    );
    this.#joliet = joliet !== undefined;
    this.#root = this.#entry((joliet ?? primary).subarray(156, 190));
  }

  /** The content of the file at `path`, such as openstack/latest/user_data, or undefined. */
  read(path: string): Buffer | undefined {
    let at: Entry | undefined = this.#root;
    for (const name of path.split("/")) {
      if (!at?.directory) return undefined;
      at = this.#list(at).find((entry) => entry.name === name);
    }
    return at === undefined || at.directory ? undefined : this.#extent(at);
  }

  #descriptor(wanted: (type: number, descriptor: Buffer) => boolean): Buffer | undefined {
    for (let sector = FIRST_DESCRIPTOR; (sector + 1) * SECTOR <= this.#image.length; sector++) {
      const descriptor = this.#image.subarray(sector * SECTOR, (sector + 1) * SECTOR);
      if (descriptor.toString("latin1", 1, 6) !== "CD001") return undefined;
      const type = descriptor.readUInt8(0);
      if (type === END) return undefined;
      if (wanted(type, descriptor)) return descriptor;
    }
    return undefined;
  }

  #list(directory: Entry): Entry[] {
    const extent = this.#extent(directory);
    const entries: Entry[] = [];
    for (let at = 0; at < extent.length; ) {
      const length = extent.readUInt8(at);
      if (length === 0) {
        at = (Math.floor(at / SECTOR) + 1) * SECTOR; // no record crosses a sector's end
        continue;
      }
      entries.push(this.#entry(extent.subarray(at, at + length)));
      at += length;
    }
    return entries.slice(2); // the first two are the directory itself and the one above it
  }

  #entry(record: Buffer): Entry {
    const length = record.readUInt8(32);
    const identifier = record.subarray(33, 33 + length);
    const plain = this.#joliet ? ucs2(identifier) : identifier.toString("latin1");
    // After the identifier, padded to an even place.
    const name = this.#joliet ? undefined : rockRidgeName(record.subarray(33 + length + ((length + 1) % 2)));
    return {
      name: name ?? plain.replace(/;\d+$/, "").replace(/\.$/, ""),
      directory: (record.readUInt8(25) & DIRECTORY) !== 0,
      sector: record.readUInt32LE(2),
      bytes: record.readUInt32LE(10),
    };
  }

  #extent({ name, sector, bytes }: Entry): Buffer {
    const [from, to] = [sector * SECTOR, sector * SECTOR + bytes];
    if (bytes > LARGEST_EXTENT_BYTES || to > this.#image.length) {
      throw new Error(
        `the ISO 9660 image is cut off: ${name} would end at byte ${to} of ${this.#image.length}`,
      );
    }
    return this.#image.subarray(from, to);
  }
}

function ucs2(identifier: Buffer): string {
  return identifier.length % 2 === 0 ? Buffer.from(identifier).swap16().toString("utf16le") : "";
}

/** The NM entries of a record's system use area, in a row. */
function rockRidgeName(area: Buffer): string | undefined {
  let name: string | undefined;
  for (let at = 0; at + 4 <= area.length; ) {
    const length = area.readUInt8(at + 2);
    if (length < 4) break;
    if (area.toString("latin1", at, at + 2) === "NM") {
      name = (name ?? "") + area.toString("utf8", at + 5, at + length);
    }
    at += length;
  }
  return name;
}
