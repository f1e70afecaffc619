import { kubernetesVersions } from "../../components/versions.ts";
import { bootedBy } from "../node-image/boot.ts";

bootedBy("uefi", kubernetesVersions[1]);
