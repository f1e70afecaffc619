/**
 * What a flight cannot be faster than, for the page. By the sources of baremetal-operator 0.13.2 (pkg/provisioner/ironic, main.go), Cluster
 * API 1.13.5 (controlplane/kubeadm/internal/controllers/consts.go), CAPM3 1.13.2 (baremetal/metal3machine_manager.go) and Ironic 39
 * (conf/agent.py, drivers/modules/redfish/utils.py).
 */
export const floor = `## The floor

None of this is ours to change without being another lab than the real one:

- **baremetal-operator asks Ironic again each 10 s** (each 15 s while a host is inspected), whatever has happened meanwhile: each of registering, inspecting,
  preparing, powering and provisioning is found done half of that late on average. It works on as many hosts at once as there are
  cores, two at least and eight at most, and begins with no further host while **20** are being inspected or provisioned
  (\`PROVISIONING_LIMIT\`): with 50 hosts the others stay where they are, which the table shows as a longer phase.
- **CAPM3 looks again after 30 s** when a Metal3Machine found no free host, or its host or its node is not ready.
- **The control plane grows one machine at a time**, and while one is not healthy its manager looks again after 15 s. Workers wait for
  the first control plane. So three control planes are three times a host's way after the first one's inspection, and the time to Available
  is theirs: more workers add load, not steps.
- **Ironic hashes the BMC's password for each Redfish client that it makes**: PBKDF2 with 600,000 rounds, a few tenths of a second of one
  core for each driver call, and nine tenths of what Ironic computes. A lab pays it; the sim, which shares its machine with all of its
  hosts, has Ironic's Python remember such a hash (sim/ironic/python).
- **Ironic waits up to 30 s (six looks, 5 s apart) for a machine that its agent has switched off**, and then switches it off itself. The
  agent's power-off is seen through the emulator's cache: 5 s old at most behind AMT in the sim, 30 s behind a plug. A plug cannot see
  it at all, as its relay stays closed: behind a plug those 30 s are always spent.
- **A plug is read once in 30 s at most** (\`cacheSeconds\`), and stays off for 5 s before it is switched on again (\`offSeconds\`). That protects the
  plug; it is the difference between the two columns.
- **kubeadm**: the real one, with real certificates and etcd, limited by the machine's cores.

What is played takes little: a self-test of 20 s and the like pass in a twentieth of it (\`timeScale\`), and an image has 1 MiB. A real host adds minutes
for its firmware, the ramdisk's download and its image to each boot.
`;
