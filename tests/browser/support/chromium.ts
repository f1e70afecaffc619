import { type Browser, chromium } from "playwright-core";
import { debianPackages } from "../../support/debian-packages.ts";

/**
 * Debian's Chromium without a window, installed where it is missing and that can be done.
 * @throws Error that says what to do where it cannot
 */
export async function startChromium(): Promise<Browser> {
  const missing = await debianPackages({ chromium: "chromium" });
  if (missing !== undefined) throw new Error(missing);
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Its own sandbox wants user namespaces, which root in a container rarely has; it sees nothing but the page under test.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    timeout: 120_000,
  });
}
