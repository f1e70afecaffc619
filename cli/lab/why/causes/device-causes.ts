import type { Cause, Evidence } from "../cause.ts";

type ConditionOfSystem = { readonly id: string; readonly message: string; readonly resolution: string };

/** A cause that a condition of the host's System in the emulator shows. */
function byCondition(
  id: string,
  when: (condition: ConditionOfSystem) => boolean,
  tell: (host: string) => Pick<Evidence, "means" | "fix">,
): Cause {
  return {
    id,
    of: "chain",
    find: ({ system, hostName }) => {
      const condition = system?.conditions.find(when);
      if (condition === undefined || hostName === undefined) return undefined;
      return { at: `System ${hostName} (device)`, said: condition.message, ...tell(hostName) };
    },
  };
}

const isDenied = ({ id }: ConditionOfSystem): boolean => /\.AccessDenied$/.test(id);

/**
 * What is wrong with the power device behind a host, as the emulator tells it (Base and Platform registry's message ids, and
 * the words of its drivers).
 */
export const deviceCauses: readonly Cause[] = [
  {
    id: "system-unknown",
    of: "chain",
    find: ({ system, hostName }) =>
      system !== null || hostName === undefined
        ? undefined
        : {
            at: `System ${hostName}`,
            said: "HTTP 404: the emulator does not know it",
            means: "its entry in the emulator's Secret is missing or was refused",
            fix: "run pulumi up --refresh; lab logs emulator says what it refused",
          },
  },
  byCondition(
    "device-compatibility-off",
    (condition) => isDenied(condition) && /third-party|compatib/i.test(condition.message),
    () => ({
      means: "the plug lets only the maker's own app in",
      fix: "Tapo app: Me > Third-Party Services > Third-Party Compatibility on; then wait a minute",
    }),
  ),
  byCondition("device-login-refused", isDenied, (host) => ({
    means:
      "the device refuses the login, or is locked for a while after wrong ones; the emulator asks it seldom now",
    fix: `correct credentials.${host} (or the driver's defaults) with npm run init, then pulumi up`,
  })),
  byCondition(
    "device-silent",
    ({ id }) => /\.CouldNotEstablishConnection$/.test(id),
    () => ({
      means:
        "the device does not answer: no power, no network, another address, or it hangs; its power cannot be changed",
      fix: "see that it has mains and network and still has that address (a DHCP reservation); the emulator tries again by itself. Gone for good: README, Decommission",
    }),
  ),
  byCondition(
    "device-did-not-follow",
    ({ message }) => /did not come to the wished state/.test(message),
    (host) => ({
      means:
        "the device said yes and the machine did not change: a hanging machine, a plug without load, a firmware that ignores it",
      fix: `look at the machine itself; then lab power ${host} restart. Behind a plug: firmware must be set to start when mains come back`,
    }),
  ),
  byCondition(
    "device-fault",
    () => true,
    () => ({
      means: "the device answers with an error",
      fix: "lab logs emulator has its whole answer; docs/emulator.md",
    }),
  ),
];
