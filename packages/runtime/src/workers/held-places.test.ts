import { expect, onTestFinished, test, vi } from "vitest";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { systemClock } from "../ports/clock.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import { createFakeKv } from "../testing/fake-kv.ts";
import { createTestContext, createTestWorkerApp } from "../testing/test-worker.ts";
import { liveKey } from "../wire/kv-layout.ts";
import { createHeldPlaces } from "./held-places.ts";
import { createKvReader } from "./kv-reader.ts";

const app = await createTestWorkerApp();
const ids = ["one", "two", "three"];

const place = (id: string) => ({ app: id, environment: "sandbox" }) as const;

async function open(maxCharacters?: number) {
  const lines = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => lines.mockRestore());
  const kv = createFakeKv();
  for (const id of ids) kv.values.set(liveKey(place(id)), await app.live({ app: id }));
  const places = createHeldPlaces({
    config: { apps: Object.fromEntries(ids.map((id) => [id, app.configured])) },
    runtimeKeys: await deriveRuntimeKeys(
      new Uint8Array(Buffer.from(app.secret, "base64")),
      webCryptography,
    ),
    cryptography: webCryptography,
    reader: createKvReader(Date.now),
    clock: systemClock,
    ...(maxCharacters === undefined ? {} : { maxCharacters }),
  });
  /** Opens and reads a place, as a request for it does. */
  const ask = async (id: string): Promise<void> => {
    const context = createTestContext();
    const held = await places.open(place(id));
    await held?.refresher.refresh({ kv, context });
    await context.settled();
  };
  const live = (): readonly string[] =>
    places.list().flatMap((status) => (status.live === undefined ? [] : status.app));
  return { places, ask, live };
}

test("createHeldPlaces() holds what was asked for, and knows what is configured", async () => {
  const { places, ask, live } = await open();
  await ask("one");
  expect(live()).toEqual(["one"]);
  expect(places.find("one", "sandbox")).toMatchObject({ app: "one", label: "test_sandbox_1" });
  expect(places.find("two", "sandbox")).toBe("unpublished");
  expect(places.find("two", "production")).toBe("unknown");
  expect(places.find("four", "sandbox")).toBe("unknown");
});

test("createHeldPlaces() opens a place once, whoever asks", async () => {
  const { places } = await open();
  const [first, second] = await Promise.all([places.open(place("one")), places.open(place("one"))]);
  expect(first).toBeDefined();
  expect(second).toBe(first);
});

test("createHeldPlaces() lets go of what was not asked for longest when it holds too much", async () => {
  const size = (await app.live({ app: "three" })).length;
  const { ask, live, places } = await open(Math.round(1.5 * size));
  await ask("one");
  await ask("two");
  places.held(place("one"));
  await ask("three");
  expect(live()).toEqual(["one", "three"]);
  await ask("two");
  expect(live()).toEqual(["three", "two"]);
});
