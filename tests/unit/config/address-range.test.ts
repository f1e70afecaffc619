import assert from "node:assert/strict";
import fc from "fast-check";
import { AddressRange } from "../../../components/config/network/address-range.ts";
import { canonicalAddress } from "../../../components/config/network/canonical-address.ts";
import { freeNetwork } from "../../../components/config/network/free-network.ts";
import { isLoopback } from "../../../components/config/network/is-loopback.ts";
import { changed, refusals } from "./refusals.ts";

const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
const address = fc.integer({ min: 0, max: 0xffffffff });
const network = fc.tuple(address, fc.integer({ min: 1, max: 32 })).map(([value, prefix]) => {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(value / size) * size;
  return { text: `${dotted(first)}/${prefix}`, first, last: first + size - 1 };
});

function range(cidr: string): AddressRange {
  const found = AddressRange.ofNetwork(cidr);
  assert.ok(found, cidr);
  return found;
}

describe("stretches of addresses", () => {
  it("overlap exactly when they share an address", () => {
    fc.assert(
      fc.property(network, network, (left, right) => {
        const share = left.first <= right.last && right.first <= left.last;
        assert.equal(range(left.text).overlaps(range(right.text)), share);
        assert.equal(range(right.text).overlaps(range(left.text)), share);
      }),
    );
  });

  it("contain exactly the addresses from the first to the last", () => {
    fc.assert(
      fc.property(network, address, (one, value) => {
        assert.equal(range(one.text).contains(dotted(value)), one.first <= value && value <= one.last);
        for (const end of [one.first, one.last]) assert.ok(range(one.text).contains(dotted(end)));
        assert.equal(range(one.text).size, BigInt(one.last - one.first + 1));
      }),
    );
  });

  it("go from one address to a later one, and to no earlier one", () => {
    fc.assert(
      fc.property(address, address, (begin, end) => {
        const found = AddressRange.between(dotted(begin), dotted(end));
        assert.equal(found !== undefined, begin <= end);
        if (found !== undefined) assert.equal(found.size, BigInt(end - begin + 1));
      }),
    );
  });

  it("include what overlaps with nothing else", () => {
    fc.assert(
      fc.property(network, network, (outer, inner) => {
        const inside = outer.first <= inner.first && inner.last <= outer.last;
        assert.equal(range(outer.text).includes(range(inner.text)), inside);
      }),
    );
  });

  it("never mix families", () => {
    assert.equal(range("::/0").overlaps(range("0.0.0.0/0")), false);
    assert.equal(range("::/0").contains("10.0.0.1"), false);
    assert.equal(AddressRange.between("10.0.0.1", "::1"), undefined);
    assert.ok(range("fd00::/8").contains("FD12::1"));
  });

  it("reserve the first and last address of an IPv4 network, but not of a /31", () => {
    assert.ok(range("192.168.1.0/24").reserves("192.168.1.0"));
    assert.ok(range("192.168.1.0/24").reserves("192.168.1.255"));
    assert.equal(range("192.168.1.0/24").reserves("192.168.1.1"), false);
    assert.equal(range("192.168.1.0/31").reserves("192.168.1.0"), false);
    assert.equal(range("fd00::/64").reserves("fd00::"), false);
  });

  it("propose a network that is free, if there is one", () => {
    fc.assert(
      fc.property(fc.array(network, { maxLength: 12 }), (taken) => {
        const free = freeNetwork(taken.map(({ text }) => text));
        const full = taken.some(({ first, last }) => first <= 0x0a000000 && last >= 0x0affffff);
        if (free === undefined) assert.ok(full || taken.length > 1);
        else for (const { text } of taken) assert.equal(range(free).overlaps(range(text)), false);
      }),
    );
    assert.equal(freeNetwork(["10.0.0.0/8"]), undefined);
  });
});

describe("an endpoint anywhere on the lab's network", () => {
  it("is refused exactly when it is leased, taken or reserved", () => {
    const taken = [1, 10, 21, 22, 23, 31, 32, 33];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (last) => {
        const lines = refusals(changed([["clusters", 0, "endpoint", "host"], `192.168.1.${last}`]));
        const bad = taken.includes(last) || last === 0 || last === 255 || (last >= 200 && last <= 219);
        assert.equal(lines.length > 0, bad, `192.168.1.${last}: ${lines.join("\n")}`);
      }),
      { numRuns: 60, examples: [[199], [200], [219], [220], [0], [255], [10]] },
    );
  });
});

describe("the addresses of a range", () => {
  it("are told one by one", () => {
    const range = AddressRange.between("192.168.1.254", "192.168.2.1");
    assert.deepEqual(
      [0n, 1n, 2n, 3n].map((index) => range?.at(index)),
      ["192.168.1.254", "192.168.1.255", "192.168.2.0", "192.168.2.1"],
    );
    assert.equal(AddressRange.between("fd00::fffe", "fd00::1:1")?.at(2n), "fd00::1:0");
  });
});

describe("addresses", () => {
  it("have one spelling for comparing", () => {
    assert.equal(canonicalAddress("FD00:0:0::1"), canonicalAddress("fd00::1"));
    assert.equal(canonicalAddress("Plug.Lan."), "plug.lan");
  });

  it("are loopback in every form", () => {
    for (const host of ["127.0.0.1", "127.20.0.50", "::1", "[::1]", "localhost", "a.localhost"]) {
      assert.ok(isLoopback(host), host);
    }
    for (const host of ["192.168.1.10", "fd00::1", "localhost.example.org", "128.0.0.1"]) {
      assert.equal(isLoopback(host), false, host);
    }
  });
});
