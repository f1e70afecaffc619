/**
 * The text of a refusal in the schema: what is wrong, then the fix, which schema-problems.ts takes apart again. One
 * string, because zod carries only a message for built-in checks such as regex.
 */
export function refusal(wrong: string, fix: string): string {
  return `${wrong}\n${fix}`;
}
