import { z } from "zod";
import { AgentError } from "./agent-error.ts";

const schema = z.looseObject({
  id: z.string(),
  urls: z.array(z.string()).min(1),
  checksum: z.string().min(1).nullish(),
  os_hash_algo: z.string().min(1).nullish(),
  os_hash_value: z.string().min(1).nullish(),
  disk_format: z.string().nullish(),
  image_type: z.string().nullish(),
  configdrive: z.string().nullish(),
  image_server_auth_strategy: z.string().nullish(),
  image_server_user: z.string().nullish(),
  image_server_password: z.string().nullish(),
  image_request_authorization: z.string().nullish(),
});

/** What Ironic says of the image to write (`image_info` of the deploy step write_image). */
export type ImageInfo = z.infer<typeof schema>;

/** @throws AgentError InvalidCommandParamsError naming the field */
export function imageInfo(value: unknown): ImageInfo {
  const { success, data, error } = schema.safeParse(value);
  if (!success) {
    const { path, message } = error.issues[0] ?? { path: [], message: "invalid" };
    throw new AgentError("InvalidCommandParamsError", `Image '${path.join(".")}': ${message}`);
  }
  if (data.image_type === "partition") {
    throw new AgentError(
      "InvalidCommandParamsError",
      "Partition images are not written here; give a whole-disk image.",
    );
  }
  if (!data.checksum && !(data.os_hash_algo && data.os_hash_value)) {
    throw new AgentError(
      "InvalidCommandParamsError",
      "Image checksum is not available, either the 'checksum' field or the 'os_hash_algo' and 'os_hash_value' fields " +
        "pair must be set for image verification.",
    );
  }
  return data;
}
