import type { Finding } from "../finding.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

/** Seconds. A Date header is good for about one. */
const noticed = 10;
const tooMuch = 300;

/**
 * Whether the infra cluster's clock and this machine's agree. Devices do not tell theirs through our drivers, and hosts have none
 * before they boot: they take their time from the network.
 */
export const clockSkew: PreflightCheck = {
  title: "clocks",
  looksAt: "the Date header of the infra cluster's API server",
  timeOut: 25_000,
  async run({ infra }) {
    const version = await infra.version();
    if ("unseen" in version) return notSeen(version);
    const { clockAhead } = version.seen;
    if (clockAhead === undefined) {
      const detail = "the API server does not tell its time";
      return [{ status: "skip", detail, fix: "compare by hand: date on the node and here" }];
    }
    const seconds = Math.round(clockAhead / 1000);
    const apart = Math.abs(seconds);
    if (apart < noticed)
      return [{ status: "ok", detail: "the infra cluster's clock and this machine's agree" }];
    const finding: Finding = {
      status: apart < tooMuch ? "warn" : "fail",
      detail: `the infra cluster's clock is ${apart} s ${seconds > 0 ? "ahead of" : "behind"} this machine's`,
      why: "a new certificate is not valid yet for whoever is behind, and tokens end early for whoever is ahead",
      fix: "let both follow a time server: timedatectl set-ntp true, on the node and here",
    };
    return [finding];
  },
};
