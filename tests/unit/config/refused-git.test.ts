import assert from "node:assert/strict";
import { type Change, changed, refusals, refusedOnce, warnings } from "./refusals.ts";

const knownHosts = "git.example ssh-ed25519 AAAAC3Nza";
const identity = "-----BEGIN OPENSSH PRIVATE KEY-----";
const follow = (url: string, more: object = {}): Change => [
  ["clusters", 0, "gitOps"],
  { type: "flux", url, ...more },
];
const login = (value: unknown): Change => [["credentials", "git"], value];

describe("the Git repository of a cluster", () => {
  it("needs no login where it is public", () => {
    assert.deepEqual(refusals(changed(follow("https://git.example/me/lab.git"))), []);
  });

  it("is reached over SSH with a key and the host's own keys", () => {
    const ssh = "ssh://git@git.example/me/lab.git";
    assert.deepEqual(refusals(changed(follow(ssh, { knownHosts }), login({ edge: { identity } }))), []);
    refusedOnce(
      changed(follow(ssh), login({ edge: { identity } })),
      "clusters[0].gitOps",
      "has no knownHosts",
      "ssh-keyscan",
    );
    refusedOnce(
      changed(follow(ssh, { knownHosts })),
      "credentials.git.edge has no identity",
      "pulumi config set --secret --path",
    );
    refusedOnce(
      changed(follow(ssh, { knownHosts: "git.example" }), login({ edge: { identity } })),
      "gitOps.knownHosts",
      "HOST TYPE KEY",
    );
  });

  it("is reviewed in a preview without its key, which says so", () => {
    const lab = changed(follow("ssh://git@git.example/me/lab.git", { knownHosts }));
    const found = warnings(lab, "preview").filter((line) => line.includes("credentials.git"));
    assert.equal(found.length, 1);
  });

  it("has a whole login over HTTPS", () => {
    const url = follow("https://git.example/me/lab.git");
    assert.deepEqual(refusals(changed(url, login({ edge: { username: "git", password: "token" } }))), []);
    refusedOnce(changed(url, login({ edge: { password: "token" } })), "credentials.git.edge has no username");
  });

  it("has a login only where there is one to follow", () => {
    refusedOnce(changed(login({ edge: { identity } })), "follows no repository");
    const misspelt = changed(
      follow("https://git.example/me/lab.git"),
      login({ egde: { password: "x", username: "y" } }),
    );
    refusedOnce(misspelt, "did you mean edge?");
  });
});
