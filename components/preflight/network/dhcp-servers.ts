import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type DhcpOffer, dhcpDiscover, dhcpOffer } from "./dhcp-message.ts";

const clientPort = 68;
const serverPort = 67;
/** Milliseconds to listen after each of two questions: a server first looks whether the address is free. */
const listening = [1_500, 3_000] as const;

/**
 * Asks the network of an interface for DHCP servers, as a machine would that boots, and gives what they offer, one offer for
 * each server. Needs root. The question leaves by the interface that has `address`: Linux sends a limited broadcast out of the
 * interface of its sender's address (net/ipv4/route.c, ip_route_output_key_hash_rcu).
 * @throws Error of the sockets: no right to the port, or somebody has it for himself alone.
 */
export async function dhcpServers(address: string, signal: AbortSignal): Promise<readonly DhcpOffer[]> {
  const transaction = randomBytes(4);
  // Locally administered, so that it is nobody's.
  const mac = Buffer.concat([Buffer.from([0x02]), randomBytes(5)]);
  const question = dhcpDiscover(transaction, mac);
  const offers = new Map<string, DhcpOffer>();
  const hear = (datagram: Buffer): void => {
    const offer = dhcpOffer(datagram, transaction);
    if (offer !== undefined) offers.set(offer.server, offer);
  };
  const sender = createSocket({ type: "udp4", reuseAddr: true });
  // Answers come to everybody's address, which a socket with an address of its own does not hear.
  const listener = createSocket({ type: "udp4", reuseAddr: true });
  try {
    for (const [socket, bound] of [
      [listener, "0.0.0.0"],
      [sender, address],
    ] as const) {
      socket.on("message", hear);
      // What fails later fails a question, which tells it by itself.
      socket.on("error", () => undefined);
      socket.bind({ port: clientPort, address: bound });
      await once(socket, "listening");
    }
    sender.setBroadcast(true);
    for (const wait of listening) {
      await sent(sender, question);
      await pause(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
    }
    return [...offers.values()];
  } finally {
    sender.close();
    listener.close();
  }
}

function sent(socket: Socket, message: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    socket.send(message, serverPort, "255.255.255.255", (error) => (error ? fail(error) : done()));
  });
}
