import type { DriveContent } from "./config-drive.ts";

/** Of the machine that is deployed. */
export const machine = {
  hostname: "node-7",
  instance: "5f3a8c1e-7d0b-4f57-9a62-0c4d1e8b7a90",
  mac: "52:54:00:ed:9e:07",
  address: "192.0.2.7",
  user: "keeper",
} as const;

/**
 * What the command of the user data prints to the second serial port, as NAME=VALUE. It runs as the last of cloud-init, and
 * waits for the image's own unit, which is started beside it.
 */
const reporter = `#!/bin/sh
exec > /dev/ttyS1 2>&1
until systemctl is-active --quiet edge-lab-grow-root.service || systemctl is-failed --quiet edge-lab-grow-root.service; do
  sleep 1
done
say() { printf '%s=%s\\n' "$1" "$2"; }
# UEFI firmware uses this port as a console of its own, and ends in the middle of a line.
echo
say firmware "$(if [ -d /sys/firmware/efi ]; then echo uefi; else echo bios; fi)"
say hostname "$(hostname)"
say source "$(sed -n 's/.*"subplatform": "\\(.*\\)",*/\\1/p' /run/cloud-init/instance-data.json | head -n 1)"
say instance "$(cat /var/lib/cloud/data/instance-id)"
say user "$(id --name --user ${machine.user}) $(id --name --groups ${machine.user})"
say file "$(stat --format='%a %U' /etc/edge-lab/from-config-drive) $(cat /etc/edge-lab/from-config-drive)"
say address "$(ip -4 -oneline address show scope global | sed 's/.*inet \\([^ ]*\\) .*/\\1/')"
say kubelet "$(kubelet --version)"
say root "$(findmnt --noheadings --bytes --output SIZE /)"
root=$(basename "$(findmnt --noheadings --nofsroot --output SOURCE /)")
drive=$(basename "$(readlink -f /dev/disk/by-label/config-2)")
say rootEnd $(($(cat /sys/class/block/$root/start) + $(cat /sys/class/block/$root/size)))
say driveStart "$(cat /sys/class/block/$drive/start)"
say arguments "$(cat /proc/cmdline)"
say forwarding "$(sysctl --values net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables | tr '\\n' ' ')"
say sudo "$(su --command 'sudo --non-interactive id --user' builder)"
say keys "$(stat --format='%a %U' /var/home/builder/.ssh/authorized_keys) $(cut -d ' ' -f 3 /var/home/builder/.ssh/authorized_keys)"
say failed "$(systemctl list-units --failed --plain --no-legend | tr '\\n' ' ')"
echo end
`;

const userData = `## template: jinja
#cloud-config
users:
  - name: ${machine.user}
    groups: [sudo]
write_files:
  - path: /etc/edge-lab/from-config-drive
    permissions: "0640"
    content: "{{ ds.meta_data.local_hostname }} of {{ ds.meta_data.uuid }}"
  - path: /usr/local/sbin/report
    permissions: "0755"
    encoding: b64
    content: ${Buffer.from(reporter).toString("base64")}
runcmd:
  - [/usr/local/sbin/report]
`;

/** What Metal3 gives a machine, with a user, a file and a command. */
export const driveContent: DriveContent = {
  metaData: {
    uuid: machine.instance,
    name: machine.hostname,
    hostname: machine.hostname,
    local_hostname: machine.hostname,
    "local-hostname": machine.hostname,
  },
  userData,
  networkData: {
    links: [{ id: "nic", type: "phy", ethernet_mac_address: machine.mac, mtu: 1500 }],
    networks: [
      {
        id: "provisioning",
        type: "ipv4",
        link: "nic",
        ip_address: machine.address,
        netmask: "255.255.255.0",
        network_id: "provisioning",
        routes: [],
      },
    ],
    services: [],
  },
};
