import { TapoError } from "./tapo-error.ts";

/** 1002 (transport not available) and -1002 (unknown method) have the same text. */
const AMBIGUOUS = "1002 or -1002";
/** tp-link-tapo-connect turns error_code into one of these texts and drops the number. */
const CODES: Readonly<Record<string, string>> = {
  "Null transport error": "1000",
  "Command cancel error": "1001",
  "Transport not available error": AMBIGUOUS,
  "Device supports KLAP protocol - Legacy login not supported": "1003",
  "Handshake failed": "1100",
  "Login failed": "1111",
  "Http transport error": "1112",
  "Multirequest failed": "1200",
  "Session Timeout": "9999",
  "Malformed json request": "-1003",
  "AES Decode Fail": "-1005",
  "Request length error": "-1006",
  "Invalid request params": "-1008",
  "Invalid public key length": "-1010",
  "Invalid terminal UUID": "-1012",
  "Session params error": "-1101",
  "Rate limit exceeded": "-1301",
  "Invalid credentials": "-1501",
};
const MEANINGS: Readonly<Record<string, string>> = {
  [AMBIGUOUS]: "transport not available, or unknown method",
  "1003": "another protocol wanted",
  "1100": "handshake failed",
  "1111": "login failed",
  "1112": "http transport error",
  "9999": "session time-out",
  "-1001": "unspecific error",
  "-1003": "request not understood",
  "-1005": "request could not be decrypted",
  "-1008": "bad parameters",
  "-1101": "bad session",
  "-1301": "busy",
  "-1501": "login error",
};
/** Python clients repeat after these with a new session; the others are final. */
const NEW_SESSION: ReadonlySet<string> = new Set([AMBIGUOUS, "1112", "-1001"]);
const OUT_OF_STEP: ReadonlySet<string> = new Set(["-1005", "-1101", "1100"]);

/**
 * An error_code of the plug, recognised by the text the package throws; undefined for any other error. The plug
 * answered, so the command was not carried out.
 * @param optional whether the method is one that not every plug knows
 */
export function deviceCodeError(where: string, text: string, optional = false): TapoError | undefined {
  if (optional && CODES[text] === AMBIGUOUS)
    return new TapoError("refused", `${where} does not know the method (error -1002)`);
  const code = CODES[text] ?? /^Unrecognised Error Code: (-?\d+)/.exec(text)?.[1];
  if (code === undefined) return undefined;
  const meaning = MEANINGS[code];
  const message = `${where} answered error ${code}${meaning ? ` (${meaning})` : ""}`;
  if (code === "9999") {
    return new TapoError("session-lost", message, { session: "gone", newSessionHelps: true });
  }
  if (code === "-1301") return new TapoError("rate-limited", message);
  if (code === "-1501" || code === "1111")
    return new TapoError("bad-credentials", message, { session: "gone" });
  if (NEW_SESSION.has(code)) {
    return new TapoError("device", message, { session: "gone", newSessionHelps: true });
  }
  return new TapoError("device", message, { session: OUT_OF_STEP.has(code) ? "gone" : "kept" });
}
