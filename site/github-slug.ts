/**
 * The anchor of a heading as GitHub makes it, so that one link works there, in an editor and on the site: lower case, without
 * punctuation, a hyphen for each space. A page that has a heading twice appends -1 to the second: that is for the caller.
 */
export function githubSlug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
