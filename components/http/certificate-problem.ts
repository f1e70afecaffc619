/** OpenSSL's reasons to refuse a certificate as Node names them (src/crypto/crypto_common.cc), and its own for the name. */
const refusals =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID)/;

/**
 * Why the other side's certificate is not trusted; undefined when `error`, from a request, is about something else.
 * Asking again does not help against such an error.
 */
export function certificateProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  return refusals.test(code) ? `${error.message} (${code})` : undefined;
}
