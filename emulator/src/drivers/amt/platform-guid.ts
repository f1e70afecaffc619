/**
 * CIM_ComputerSystemPackage.PlatformGUID (32 hex digits in SMBIOS order) as the UUID the operating system shows: the
 * first three groups are little endian. undefined for anything else and for the all-0 and all-F of unset boards.
 */
export function uuidOf(platformGuid: string | undefined): string | undefined {
  const digits = platformGuid?.replace(/[\s-]/g, "").toLowerCase() ?? "";
  if (!/^[0-9a-f]{32}$/.test(digits) || /^(0{32}|f{32})$/.test(digits)) return undefined;
  const bytes = Buffer.from(digits, "hex");
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
