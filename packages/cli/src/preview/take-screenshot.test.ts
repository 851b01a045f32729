import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { takeScreenshot } from "./take-screenshot.ts";

/** In the place of a browser: its picture is what it finds in its environment. */
const TELLTALE = `#!/bin/sh
for option in "$@"; do
  case "$option" in --screenshot=*) env > "\${option#--screenshot=}" ;; esac
done
`;

test("takeScreenshot() gives the browser nothing of our secrets, and a home of its own", async () => {
  await using io = await createFakeIo({
    env: {
      PATH: process.env["PATH"],
      LANG: "C.UTF-8",
      HOLDFAST_STOREKIT_PRIVATE_KEY: "the key",
      HOLDFAST_RUNTIME_SECRET: "the secret",
      AWS_SESSION_TOKEN: "the token",
    },
  });
  const browser = join(io.cwd, "browser");
  await writeFile(browser, TELLTALE, { mode: 0o755 });
  const picture = await takeScreenshot(browser, { html: "", width: 1, height: 1 }, io);
  const seen = new TextDecoder().decode(picture);
  expect(seen).toContain("LANG=C.UTF-8");
  expect(seen).toMatch(/^HOME=.*holdfast-preview-/m);
  expect(seen).not.toMatch(/the key|the secret|the token|HOLDFAST_|AWS_/);
});
