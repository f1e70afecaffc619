"""Loaded by Python itself before Ironic, which stays as it was published: a hash that was computed once is remembered.

For each Redfish call Ironic derives the key under which it keeps a BMC's session from password and address, by PBKDF2 with
600,000 rounds (ironic/drivers/modules/redfish/utils.py, SessionCache.__init__): a third of a second of a core, nine tenths of
all that an Ironic with a few hosts computes, and the same result each time. A simulated lab shares its machine with all of its
hosts, so it does not pay for that again and again. What is remembered is what Ironic holds in its memory anyway.
"""

import functools
import hashlib

hashlib.pbkdf2_hmac = functools.lru_cache(maxsize=256)(hashlib.pbkdf2_hmac)
