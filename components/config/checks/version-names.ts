import { images, manifests } from "../../versions.ts";
import { closestWord } from "../closest-word.ts";
import { type Check, problem } from "./check.ts";

/** Overrides are of entries that the table of versions has. */
export const versionNames: Check = (draft) =>
  (["manifests", "images"] as const).flatMap((kind) => {
    const known = Object.keys(kind === "manifests" ? manifests : images);
    return Object.keys(draft.versions?.[kind] ?? {}).flatMap((name) => {
      if (known.includes(name)) return [];
      const meant = closestWord(name, known);
      const fix = `${meant === undefined ? "" : `did you mean ${meant}? `}known: ${known.join(", ")}`;
      return [problem(["versions", kind, name], undefined, "is not in components/versions.ts", fix)];
    });
  });
