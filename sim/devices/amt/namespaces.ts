/** XML namespaces of SOAP 1.2, WS-Addressing 2004/08, WS-Transfer, WS-Enumeration and WS-Management 1.0. */
export const NS = {
  soap: "http://www.w3.org/2003/05/soap-envelope",
  addressing: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  wsman: "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
  transfer: "http://schemas.xmlsoap.org/ws/2004/09/transfer",
  enumeration: "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
  common: "http://schemas.dmtf.org/wbem/wscim/1/common",
  identity: "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
} as const;

export const ANONYMOUS = `${NS.addressing}/role/anonymous`;

/** The resource URI of a class, which is also the XML namespace of its elements. */
export function classUri(className: string): string {
  if (className.startsWith("AMT_")) return `http://intel.com/wbem/wscim/1/amt-schema/1/${className}`;
  if (className.startsWith("IPS_")) return `http://intel.com/wbem/wscim/1/ips-schema/1/${className}`;
  return `http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/${className}`;
}
