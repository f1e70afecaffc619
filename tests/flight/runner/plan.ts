import type { LabName, Story } from "./story.ts";

/** Stories that follow each other in one lab. */
export interface Leg {
  readonly lab: LabName;
  readonly stories: readonly Story[];
}

/**
 * What to fly for the stories that were asked for: as few labs as they can share, each story in the order of the table, in
 * which a story leaves what the next one finds. Pure.
 *
 * @param asked ids of stories, or "all".
 * @throws Error that names what there is.
 */
export function planFlight(asked: readonly string[], table: readonly Story[]): Leg[] {
  const unknown = asked.filter((id) => id !== "all" && !table.some((story) => story.id === id));
  if (unknown.length > 0 || asked.length === 0) {
    const known = ["all", ...table.map(({ id }) => id)].join(", ");
    const problem = unknown.length > 0 ? `There is no story ${unknown.join(", ")}.` : "Which stories?";
    throw new Error(`${problem} There are: ${known}`);
  }
  const wanted = table.filter(({ id }) => asked.includes("all") || asked.includes(id));
  return [...Map.groupBy(wanted, ({ lab }) => lab)].map(([lab, stories]) => ({ lab, stories }));
}
