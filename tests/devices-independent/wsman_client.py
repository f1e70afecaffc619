"""A plain WS-Management client (requests' own digest, xml.etree) against an engine over TLS, its certificate pinned."""
import json
import os
import sys
import xml.etree.ElementTree as xml

import requests
from requests.auth import HTTPDigestAuth

# Both override "do not verify" in requests.
for trap in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(trap, None)
requests.packages.urllib3.disable_warnings()

address, fingerprint = sys.argv[1:3]
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSEN = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"


class Pinned(requests.adapters.HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, assert_fingerprint=fingerprint, **kwargs)


session = requests.Session()
session.mount("https://", Pinned())
session.verify = False
session.auth = HTTPDigestAuth(os.environ["DEVICE_USER"], os.environ["DEVICE_PASSWORD"])


def uri(name: str) -> str:
    if name.startswith("CIM_"):
        return f"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/{name}"
    return f"http://intel.com/wbem/wscim/1/{name[:3].lower()}-schema/1/{name}"


def send(action: str, resource: str, body: str = "") -> tuple[int, xml.Element]:
    message = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:wsa="{WSA}" xmlns:wsman="{WSMAN}"><s:Header>'
        f"<wsa:Action>{action}</wsa:Action><wsa:To>https://{address}/wsman</wsa:To>"
        f"<wsman:ResourceURI>{uri(resource)}</wsman:ResourceURI><wsa:MessageID>uuid:1</wsa:MessageID>"
        f"<wsa:ReplyTo><wsa:Address>{WSA}/role/anonymous</wsa:Address></wsa:ReplyTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    answer = session.post(f"https://{address}/wsman", data=message, timeout=10)
    return answer.status_code, xml.fromstring(answer.content)


def get(name: str, *properties: str) -> list:
    status, envelope = send(GET, name)
    assert status == 200, (name, status)
    return [envelope.findtext(f".//{{{uri(name)}}}{each}") for each in properties]


def enumerate_all(name: str, item: str | None = None) -> list[dict]:
    _, envelope = send(f"{WSEN}/Enumerate", name, f'<n:Enumerate xmlns:n="{WSEN}"/>')
    context = envelope.findtext(f".//{{{WSEN}}}EnumerationContext")
    found = []
    while context:
        pull = f'<n:Pull xmlns:n="{WSEN}"><n:EnumerationContext>{context}</n:EnumerationContext>'
        _, envelope = send(f"{WSEN}/Pull", name, f"{pull}<n:MaxElements>2</n:MaxElements></n:Pull>")
        for instance in envelope.iter(f"{{{uri(item or name)}}}{item or name}"):
            found.append({child.tag.split("}")[1]: child.text for child in instance})
        if envelope.find(f".//{{{WSEN}}}EndOfSequence") is not None:
            break
        context = envelope.findtext(f".//{{{WSEN}}}EnumerationContext")
    return found


seen = {
    "guid": get("CIM_ComputerSystemPackage", "PlatformGUID")[0],
    "chassis": get("CIM_Chassis", "Manufacturer", "Version"),
    "bios": get("CIM_BIOSElement", "Version")[0],
    "host": get("AMT_GeneralSettings", "HostName")[0],
    "provisioning": get("AMT_SetupAndConfigurationService", "ProvisioningMode", "ProvisioningState"),
    "can boot PXE": get("AMT_BootCapabilities", "ForcePXEBoot")[0],
    "opt in": get("IPS_OptInService", "OptInRequired")[0],
    "firmware": [each["VersionString"] for each in enumerate_all("CIM_SoftwareIdentity") if each["InstanceID"] == "AMT"],
    "cpu": enumerate_all("CIM_Chip")[0]["Version"],
    "clock": enumerate_all("CIM_Processor")[0]["MaxClockSpeed"],
    "memory": [int(each["Capacity"]) for each in enumerate_all("CIM_PhysicalMemory")],
    "mac": enumerate_all("AMT_EthernetPortSettings")[0]["MACAddress"],
    "sources": sorted(each["InstanceID"] for each in enumerate_all("CIM_BootSourceSetting")),
    "next": enumerate_all("CIM_ElementSettingData")[0]["IsNext"],
    "power": enumerate_all("CIM_ServiceAvailableToElement", "CIM_AssociatedPowerManagementService")[0]["PowerState"],
    "unknown class": [send(GET, "CIM_Nothing")[0], send(GET, "CIM_Nothing")[1].findtext(f".//{{{SOAP}}}Subcode/{{{SOAP}}}Value").split(":")[1]],
}
print(json.dumps(seen))
