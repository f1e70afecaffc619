import assert from "node:assert/strict";
import { answerDigestChallenge, parseDigestChallenge } from "../../../../emulator/src/drivers/amt/digest.ts";
import { DigestSession } from "../../../../emulator/src/drivers/amt/digest-session.ts";

function parsed(...headers: string[]) {
  const challenge = parseDigestChallenge(headers);
  assert.ok(challenge, "no challenge found");
  return challenge;
}

function field(header: string, name: string): string | undefined {
  return new RegExp(`[ ,]${name}="?([^",]+)`).exec(header)?.[1];
}

describe("amt driver: digest authentication", () => {
  const mufasa = { username: "Mufasa", method: "GET", uri: "/dir/index.html", count: 1 };

  it("answers the example of RFC 2617", () => {
    const challenge = parsed(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    const header = answerDigestChallenge(challenge, {
      ...mufasa,
      password: "Circle Of Life",
      clientNonce: "0a4f113b",
    });
    assert.equal(field(header, "response"), "6629fae49393a05397450978507c4ef1");
    assert.equal(field(header, "opaque"), "5ccc069c403ebaf9f0171e9517f40e41");
    assert.equal(field(header, "nc"), "00000001");
  });

  for (const [algorithm, response] of [
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ] as const) {
    it(`answers the ${algorithm} example of RFC 7616`, () => {
      const challenge = parsed(
        `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
      );
      const header = answerDigestChallenge(challenge, {
        ...mufasa,
        password: "Circle of Life",
        clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
      });
      assert.equal(field(header, "response"), response);
    });
  }

  it("answers a challenge without qop in the old form (RFC 2069)", () => {
    const challenge = parsed('Digest realm="r", nonce="n"');
    const header = answerDigestChallenge(challenge, { ...mufasa, password: "p", clientNonce: "c" });
    assert.equal(field(header, "nc"), undefined);
    assert.equal(field(header, "qop"), undefined);
  });

  it("reads AMT's challenges: no space after commas, two qops, unquoted values, unknown words", () => {
    const plain = parsed('Digest realm="Digest:0A1B", nonce="q+z/A==",stale="false",qop="auth"');
    assert.deepEqual(plain, {
      realm: "Digest:0A1B",
      nonce: "q+z/A==",
      algorithm: "MD5",
      auth: true,
      opaque: undefined,
      stale: false,
    });
    assert.equal(parsed('Digest realm="r",nonce="n",stale="true",qop="auth-int, auth"').stale, true);
    assert.equal(parsed("Digest realm=r, nonce=n, stale=TRUE, qop=auth, charset=UTF-8").stale, true);
  });

  it("finds the digest among other challenges, in one header or several", () => {
    assert.equal(parsed("Negotiate", 'Digest realm="r", nonce="n", qop="auth"').realm, "r");
    assert.equal(parsed('Basic realm="b", Digest realm="r", nonce="n", qop="auth"').realm, "r");
    assert.equal(parsed('Digest realm="x, Digest realm=y", nonce="n"').realm, "x, Digest realm=y");
  });

  it("has no answer to challenges it cannot compute", () => {
    assert.equal(parseDigestChallenge([]), undefined);
    assert.equal(parseDigestChallenge(['Basic realm="b"']), undefined);
    assert.equal(parseDigestChallenge(['Digest realm="r", nonce="n", qop="auth-int"']), undefined);
    assert.equal(parseDigestChallenge(['Digest realm="r", nonce="n", algorithm=SHA-512-256']), undefined);
  });

  it("quotes what holds quotes", () => {
    const challenge = parsed('Digest realm="a \\"b\\"", nonce="n"');
    assert.equal(challenge.realm, 'a "b"');
    const header = answerDigestChallenge(challenge, { ...mufasa, password: "p", clientNonce: "c" });
    assert.match(header, /realm="a \\"b\\""/);
  });

  it("counts in hexadecimal per nonce and begins anew with a new one", () => {
    const session = new DigestSession("admin", "p");
    assert.equal(session.authorization("POST", "/wsman"), undefined);
    session.begin(parsed('Digest realm="r", nonce="one", qop="auth"'));
    const counts = Array.from({ length: 17 }, () =>
      field(session.authorization("POST", "/wsman") ?? "", "nc"),
    );
    assert.deepEqual(counts.slice(8), [
      "00000009",
      "0000000a",
      "0000000b",
      "0000000c",
      "0000000d",
      "0000000e",
      "0000000f",
      "00000010",
      "00000011",
    ]);
    session.begin(parsed('Digest realm="r", nonce="two", qop="auth"'));
    assert.equal(field(session.authorization("POST", "/wsman") ?? "", "nc"), "00000001");
  });
});
