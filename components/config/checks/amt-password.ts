import type { ConfigPath } from "../config-path.ts";
import { type Check, problem } from "./check.ts";

/** AMT accepts 8 to 32 printable ASCII characters without : , and " (Intel's reference guide); undefined when it would. */
export function amtPasswordRefusal(password: string): string | undefined {
  if (password.length < 8) return "is shorter than the 8 characters that AMT wants";
  if (password.length > 32) return "is longer than the 32 characters that AMT takes";
  if (!/^[\x20-\x7e]*$/.test(password))
    return "has a character that is not printable ASCII, which AMT refuses";
  return /[:,"]/.test(password)
    ? 'has a colon, a comma or a double quote (: , "), which AMT refuses'
    : undefined;
}

/** A password that AMT cannot have is a mistake found before an engine locks out after ten tries. */
export const amtPassword: Check = (draft) => {
  const hosts = (draft.hosts ?? []).flatMap((host) =>
    host?.driver === "amt" && host.name ? [host.name] : [],
  );
  const logins: { path: ConfigPath; password: string | undefined }[] = [
    {
      path: ["credentials", "defaults", "amt", "password"],
      password: draft.credentials?.defaults?.amt?.password,
    },
    ...hosts.map((name) => ({
      path: ["credentials", "hosts", name, "password"],
      password: draft.credentials?.hosts?.[name]?.password,
    })),
  ];
  return logins.flatMap(({ path, password }) => {
    const wrong = password === undefined || password === "" ? undefined : amtPasswordRefusal(password);
    const fix = "set it again by `npm run init`, as it is in the machine's MEBx";
    return wrong === undefined ? [] : [problem(path, password, wrong, fix)];
  });
};
