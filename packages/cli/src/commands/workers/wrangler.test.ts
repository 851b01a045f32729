import { randomBytes } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { startWorkersWorld } from "../../workers/testing/workers-world.ts";

const CHECKED_IN = fileURLToPath(
  new URL("../../../../../deploy/workers/wrangler.jsonc", import.meta.url),
);

/** The real wrangler takes a second or two for each command. */
const WRANGLER_MS = 120_000;

test(
  "workers secrets and deploy go through the real wrangler",
  async () => {
    await using world = await startWorkersWorld();
    const { io, cloudflare, secrets } = world;
    expect(await run(io, "workers deploy --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({
      code: "WORKER_SECRET_MISSING",
      message: expect.stringContaining("holdfast workers secrets") as string,
    });
    const token = randomBytes(24).toString("hex");
    await using teller = await world.openIo({ env: { HOLDFAST_RUNTIME_TOKEN: token } });
    const set = await runJson(teller, "workers secrets");
    expect(set).toMatchObject({
      code: 0,
      json: { name: "holdfast", secrets: ["HOLDFAST_RUNTIME_SECRET", "HOLDFAST_RUNTIME_TOKEN"] },
    });
    const deployed = await runJson(io, "workers deploy");
    expect(deployed.code).toBe(0);
    expect(deployed.json).toMatchObject({ name: "holdfast", dryRun: false, apps: ["yoga"] });
    expect(cloudflare.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^PUT .*\/workers\/scripts\/holdfast/)]),
    );
    const said = teller.out() + teller.err() + io.out() + io.err();
    expect(said).not.toContain(secrets.HOLDFAST_RUNTIME_SECRET);
    expect(said).not.toContain(token);
  },
  WRANGLER_MS,
);

test(
  "deploy/workers/wrangler.jsonc is what wrangler takes, without a warning",
  async () => {
    await using world = await startWorkersWorld();
    const file = join(world.io.cwd, "deploy/workers/wrangler.jsonc");
    await cp(CHECKED_IN, file);
    expect(await runJson(world.io, "workers deploy --dry-run")).toMatchObject({
      code: 0,
      json: {
        name: "holdfast",
        dryRun: true,
        wrangler: expect.stringMatching(/^(?!.*WARNING).*env\.HOLDFAST_KV \(FILL IN\)/s) as string,
      },
    });
    expect(await run(world.io, "workers deploy --output json")).toBe(2);
    expect(errorOf(world.io)).toMatchObject({
      code: "WRANGLER_CONFIG_INCOMPLETE",
      message: expect.stringContaining("account_id") as string,
    });
  },
  WRANGLER_MS,
);

test(
  "deploy/workers/wrangler.jsonc is so, too, with all that its comments hold",
  async () => {
    await using world = await startWorkersWorld();
    const text = await readFile(CHECKED_IN, "utf8");
    // Comments that begin as JSON does are parts to be used.
    const whole = text.replaceAll(/^( *)\/\/ (?= *["{}\]])/gm, "$1");
    await writeFiles(world.io, { "deploy/workers/wrangler.jsonc": whole });
    const { code, json } = await runJson(world.io, "workers deploy --dry-run");
    expect(code).toBe(0);
    const { wrangler: said } = json;
    expect(said).not.toContain("WARNING");
    expect(said).toMatch(/env\.HOLDFAST_DECISIONS \(holdfast-decisions\)/);
    expect(said).toMatch(/env\.HOLDFAST_CONTROL_URL \("https:\/\/holdfast\.example\.com"\)/);
  },
  WRANGLER_MS,
);
