import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import { startEmulator } from "@holdfast/emulator";
import { expect, onTestFinished, test } from "vitest";
import {
  postgresEngines,
  runOn,
  temporaryDirectory,
} from "../packages/control/src/storage/testing/engines.ts";
import type { TestEngine } from "../packages/control/src/storage/testing/engines.ts";
import { answeredMessage, publishMessage } from "./live-message.ts";
import { addEmulatedApp, startServeProcess } from "./serve-process.ts";
import type { ServeProcess } from "./serve-process.ts";
import { runBinary, startBinary } from "./spawn-cli.ts";
import type { Running } from "./spawn-cli.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const [TEXT, OTHER_TEXT] = [
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-4000-8000-000000000002",
] as const;

test.for(await postgresEngines())(
  "two servers and a runtime on one PostgreSQL are one system",
  { timeout: 120_000 },
  async (engine) => {
    const { databaseUrl, one, other, runtime, emulator } = await startSystem(engine);

    // What one publishes, the other answers, and the runtime that follows one of them.
    for (const [{ admin }, text] of [
      [one, TEXT],
      [other, OTHER_TEXT],
    ] as const) {
      await publishMessage(admin, text);
      for (const url of [other.url, String(runtime.announced["url"])]) {
        await expect.poll(() => answeredMessage(emulator, url)).toBe(text);
      }
    }

    // A pause through one is everywhere, and shown by the other.
    const paused = await other.admin.call(routes.pause, {
      params: PLACE,
      body: { isWholeApp: true, note: "a test" },
    });
    const stopsRun = async (): Promise<readonly number[]> => {
      const { body } = await one.admin.call(routes.listRuntimes, { query: { app: "yoga" } });
      const served = body.items.flatMap(({ serves }) => serves);
      return served.map(({ stopListSequence }) => stopListSequence);
    };
    const { sequence } = paused.body;
    await expect.poll(stopsRun).toEqual([sequence, sequence]);

    // A schedule is one job, however many processes would do it.
    const schedules = await runOn(
      databaseUrl,
      "select kind, count(*)::int as count from jobs where key = 'schedule' and finished_at is null group by kind",
    );
    expect(schedules.length).toBeGreaterThan(3);
    expect(schedules.filter(({ count }) => count !== 1)).toEqual([]);
  },
);

async function startSystem(engine: TestEngine) {
  const place = await engine.place();
  const databaseUrl = place.engine === "postgres" ? place.url : "";
  const directory = await temporaryDirectory();
  const emulator = await startEmulator({ port: 0 });
  onTestFinished(() => emulator.close());
  const HOLDFAST_RUNTIME_SECRET = newSecret();
  const env = {
    HOLDFAST_DATABASE_URL: databaseUrl,
    HOLDFAST_MASTER_KEY: newSecret(),
    HOLDFAST_RUNTIME_SECRET,
  };
  const one = await startServeProcess(
    { cwd: await part(directory, "one"), env },
    { args: ["--role", "control"] },
  );
  onTestFinished(async () => void (await one.stop()));
  const { token } = one;
  const other = await startServeProcess({ cwd: await part(directory, "other"), env }, { token });
  onTestFinished(async () => void (await other.stop()));
  await addEmulatedApp(one.admin, emulator, PLACE);
  const runtime = await startRuntime(one, await part(directory, "runtime"), {
    HOLDFAST_RUNTIME_SECRET,
  });
  onTestFinished(async () => void (await runtime.stop()));
  return { databaseUrl, emulator, one, other, runtime };
}

function newSecret(): string {
  return randomBytes(32).toString("base64");
}

async function part(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(path);
  return path;
}

/** A runtime of its own: it has a token and the runtime secret, and neither database nor master key. */
async function startRuntime(
  { url, admin, token }: ServeProcess,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const login = { HOLDFAST_SERVER: url, HOLDFAST_TOKEN: token };
  const config = await runBinary(["runtimes", "config"], { cwd, env: login });
  await writeFile(join(cwd, "holdfast.yaml"), config.out);
  const made = await admin.call(routes.createToken, {
    body: { name: "runtime", role: "runtime", apps: ["yoga"] },
  });
  const args = ["serve", "--role", "runtime", "--port", "0", "--control-url", url];
  return startBinary(args, { cwd, env: { ...env, HOLDFAST_RUNTIME_TOKEN: made.body.secret } });
}
