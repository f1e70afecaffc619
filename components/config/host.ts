import { z } from "zod";
import { driverNeeds } from "./driver-needs.ts";
import { dnsLabel } from "./fields/dns-label.ts";
import { hostPort } from "./fields/host-port.ts";
import { macAddress } from "./fields/mac-address.ts";
import { hostFacts } from "./host-facts.ts";
import { refusal } from "./refusal.ts";

/** What a host can be in a cluster. */
export const hostRoles = ["control-plane", "worker"] as const;
export type HostRole = (typeof hostRoles)[number];

const devicePath = z
  .string()
  .regex(
    /^\/dev\/\S+$/,
    refusal("is not a device", "write a path under /dev/, best one that is stable: /dev/disk/by-path/…"),
  );

const text = z.string().min(1, refusal("is empty", "give a value or leave the hint out"));

const rootDeviceHints = z
  .strictObject({
    deviceName: z
      .string()
      // baremetal-operator's webhook takes no other folder.
      .regex(
        /^\/dev\/(disk\/by-path\/)?[^/\s]+$/,
        refusal(
          "is neither a device in /dev/ nor one in /dev/disk/by-path/",
          "write /dev/disk/by-path/…, or give serialNumber or wwn, which are stable too",
        ),
      )
      .optional()
      .describe("Device, such as /dev/disk/by-path/pci-0000:00:17.0-ata-1."),
    hctl: z
      .string()
      .regex(
        /^\d+:\d+:\d+:\d+$/,
        refusal("is not a SCSI address", "write host:channel:target:lun, such as 0:0:0:0"),
      )
      .optional()
      .describe("SCSI address, such as 0:0:0:0."),
    model: text.optional().describe("Text that the disk's model contains."),
    vendor: text.optional().describe("Text that the disk's vendor contains."),
    serialNumber: text.optional().describe("The disk's serial number."),
    minSizeGigabytes: z
      .int(refusal("is not a whole number", "give the size in gigabytes without a unit"))
      .min(1, refusal("is not a size", "give at least 1"))
      .optional()
      .describe("Smallest size in gigabytes."),
    wwn: text.optional().describe("World wide name."),
    wwnWithExtension: text.optional().describe("World wide name with the vendor extension."),
    wwnVendorExtension: text.optional().describe("Vendor extension of the world wide name."),
    rotational: z.boolean().optional().describe("true: spinning disks only; false: solid state only."),
  })
  .describe("Which disk the node image is written to; all hints given must match.");

const dataDisk = z
  .strictObject({
    device: devicePath.describe(
      "The second disk; never the root disk. Everything on it is lost when it is first formatted.",
    ),
    mountPath: z
      .string()
      .regex(
        /^\/var\/\S+[^/\s]$/,
        refusal("is not a path under /var", "node images are read-only elsewhere: use /var/lib/…"),
      )
      .describe("Where it is mounted, such as /var/lib/longhorn."),
    filesystem: z.enum(["ext4", "xfs"]).default("ext4").describe("File system made when the disk has none."),
    label: z
      .string()
      .regex(
        /^[A-Za-z0-9_-]{1,12}$/,
        refusal("is not a file system label", "use 1 to 12 letters, digits, _ or -"),
      )
      .default("data")
      .describe("File system label, by which it is found again."),
  })
  .describe("A further disk, such as the one for Longhorn.");

/** A physical machine and the power device in front of it. */
export const hostSchema = z
  .strictObject({
    name: dnsLabel.describe(
      "Name of the machine, of its BareMetalHost, its Redfish system and later its node.",
    ),
    role: z.enum(hostRoles).describe("Which machines of a cluster may take this host."),
    driver: z
      .string()
      .describe(
        "How the emulator reaches its power device: amt (Intel AMT), tapo (TP-Link Tapo plug) or command (a webhook or a program).",
      ),
    address: hostPort
      .optional()
      .describe(
        "Address of the AMT engine or plug, with :PORT where it is not the usual one; driver command can do without.",
      ),
    macs: z
      .array(macAddress)
      .min(1, refusal("is empty", "list the MAC of the interface that boots from the network, first"))
      .describe(
        "MAC addresses of the machine (not of the plug); the first is the one that boots from the network.",
      ),
    bootMode: z
      .enum(["UEFI", "legacy"])
      .default("UEFI")
      .describe("How the firmware boots. Neither AMT nor a plug can set Secure Boot."),
    rootDeviceHints: rootDeviceHints.optional(),
    dataDisks: z.array(dataDisk).default([]).describe("Further disks; the same for all hosts of a role."),
    labels: z
      .record(z.string(), z.string())
      .default({})
      .describe(
        "Further labels on the BareMetalHost, such as infrastructure.cluster.x-k8s.io/failure-domain.",
      ),
    cacheSeconds: z
      .number()
      .min(0, refusal("is negative", "give seconds, 0 to 3600"))
      .max(3600, refusal("is more than an hour", "give seconds, 0 to 3600"))
      .optional()
      .describe(
        "How long a power state read from this device is answered from the cache; emulator.cacheSeconds if left out.",
      ),
    gracefulShutdown: z
      .enum(["refuse", "forceOff"])
      .default("refuse")
      .describe(
        "For a device without a graceful off: refuse it (Ironic then cuts the power), or do a cut at once.",
      ),
    uuid: z
      .uuid(refusal("is not a UUID", "write it as 55e3ae13-bfd2-61bb-17a0-88aedd7037ea, or leave it out"))
      .toLowerCase()
      .optional()
      .describe("SMBIOS UUID shown over Redfish; read from the device or made from the name if left out."),
    facts: hostFacts.optional(),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .describe(
        "The driver's own options, such as TLS to an AMT engine; checked by the emulator's schema at preview.",
      ),
  })
  .refine(({ driver, address }) => address !== undefined || !driverNeeds(driver, "address"), {
    path: ["address"],
    // Also beside other mistakes, so that all are told at once.
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .describe("A physical machine and its power device.");

export type HostConfig = z.output<typeof hostSchema>;
