import { kubernetesVersions } from "../../components/versions.ts";
import { bootedBy } from "./boot.ts";

bootedBy("bios", kubernetesVersions[0]);
