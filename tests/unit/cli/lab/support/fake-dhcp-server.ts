/**
 * A DHCP server for tests, written from RFC 2131 and not from what is tested:
 *
 *   node fake-dhcp-server.ts OWN_ADDRESS OFFERED_ADDRESS [BOOT_FILE]
 *
 * Prints "ready", then a line for each message type that it gets. Offers to everybody, by broadcast.
 */
import { createSocket } from "node:dgram";

const [own = "", offered = "", bootFile = ""] = process.argv.slice(2);
const bytes = (address: string): number[] => address.split(".").map(Number);

const sender = createSocket({ type: "udp4", reuseAddr: true });
const server = createSocket({ type: "udp4", reuseAddr: true });

server.on("message", (question) => {
  // Behind BOOTP's fixed part and the cookie; DHCPDISCOVER is type 1.
  const type = question.subarray(240).indexOf(Buffer.from([53, 1]));
  console.log(`type ${question[240 + type + 2]}`);
  if (question[240 + type + 2] !== 1) return;
  const offer = Buffer.alloc(240);
  question.copy(offer, 0, 0, 44);
  offer[0] = 2;
  offer.set(bytes(offered), 16);
  offer.set([0x63, 0x82, 0x53, 0x63], 236);
  const file = bootFile === "" ? [] : [67, bootFile.length, ...Buffer.from(bootFile)];
  const options = [53, 1, 2, 54, 4, ...bytes(own), 51, 4, 0, 0, 0x0e, 0x10, ...file, 255];
  sender.send(Buffer.concat([offer, Buffer.from(options)]), 68, "255.255.255.255");
});
server.bind(67, "0.0.0.0", () => {
  // Its address chooses the interface of a broadcast.
  sender.bind(67, own, () => {
    sender.setBroadcast(true);
    console.log("ready");
  });
});
