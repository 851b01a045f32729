import { routes } from "@holdfast/api";
import { ApiRefusal, etagOf } from "@holdfast/api/server";
import { describe, expect, test } from "vitest";
import { engines } from "../storage/testing/engines.ts";
import { ABANDONED_AFTER_MS, claimKey, KEY_LIFETIME_MS } from "./idempotency.ts";
import { implement } from "./index.ts";
import type { Feature } from "./index.ts";
import { openTestControl } from "./testing/test-control.ts";
import type { Answer, TestControl } from "./testing/test-control.ts";

/** Creations that write a setup code for a row: something the tests can count. */
function creations(before: () => Promise<void> = () => Promise.resolve()) {
  const made: string[] = [];
  const feature: Feature = {
    operations: [
      implement(routes.createApp, async ({ body }, { change, now }) => {
        await before();
        return change(async ({ queries, audit }) => {
          made.push(body.id);
          const row = { code_hash: `${body.id} ${made.length}`, created_at: now, expires_at: now };
          await queries.insertInto("setup_codes").values(row).execute();
          await audit({ target: body.id, summary: "created" });
          const { environments: _, ...app } = body;
          const times = { createdAt: now, updatedAt: now };
          return { body: { ...app, ...times, environments: {} }, etag: etagOf(made.length) };
        });
      }),
    ],
  };
  return { feature, made };
}

const APP = { id: "yoga", name: "Yoga", bundleId: "com.example.yoga", appAppleId: 1 };
const BODY = { ...APP, environments: {} };

function create(control: TestControl, token: string, key: string, body: object = BODY) {
  return control.call("POST", "/v1/apps", { token, body, headers: { "Idempotency-Key": key } });
}

async function rowsIn({ database: { queries } }: TestControl): Promise<number> {
  const rows = await queries.selectFrom("setup_codes").select("code_hash").execute();
  return rows.length;
}

describe.each(await engines())("on $name", (engine) => {
  test("a creation is answered again by its key, ETag included, and made once", async () => {
    const { feature } = creations();
    const control = await openTestControl(engine, { features: [feature] });
    const token = await control.token(await control.setUp(), "admin");
    const first = await create(control, token, "k1");
    expect(first).toMatchObject({ status: 201, json: { id: "yoga" } });
    control.clock.now += 60_000;
    const again = await create(control, token, "k1");
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(again.headers.get("etag")).toBe('"1"');
    expect(await rowsIn(control)).toBe(1);
  });

  test("keys of two callers never meet", async () => {
    const { feature } = creations();
    const control = await openTestControl(engine, { features: [feature] });
    const cookie = await control.setUp();
    const tokens = [await control.token(cookie, "admin"), await control.token(cookie, "admin")];
    for (const token of tokens) expect((await create(control, token, "k1")).status).toBe(201);
    expect(await rowsIn(control)).toBe(2);
  });

  test("a key is IDEMPOTENCY_KEY_REUSED for another body", async () => {
    const { feature } = creations();
    const control = await openTestControl(engine, { features: [feature] });
    const token = await control.token(await control.setUp(), "admin");
    await create(control, token, "k1");
    const other = await create(control, token, "k1", { ...BODY, name: "Other" });
    expect(other).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    expect(await rowsIn(control)).toBe(1);
  });

  test("of creations with one key at once one runs, and the others are told to wait", async () => {
    const gate = Promise.withResolvers<undefined>();
    const { feature, made } = creations(() => gate.promise);
    const control = await openTestControl(engine, { features: [feature] });
    const token = await control.token(await control.setUp(), "admin");
    const ended: Answer[] = [];
    const one = async (): Promise<void> => {
      ended.push(await create(control, token, "k1"));
      // The one that runs goes on when all others have been answered.
      if (ended.length === 4) gate.resolve(undefined);
    };
    await Promise.all(Array.from({ length: 5 }, one));
    const [early] = ended;
    expect(early).toMatchObject({ status: 409, code: "REQUEST_IN_PROGRESS" });
    expect(early?.headers.get("retry-after")).toBe("1");
    expect(ended.map(({ status }) => status)).toEqual([409, 409, 409, 409, 201]);
    expect(made).toEqual(["yoga"]);
    expect((await create(control, token, "k1")).status).toBe(201);
    expect(made).toEqual(["yoga"]);
  });

  test("a creation that failed is free to be tried again under its key", async () => {
    let isBroken = true;
    const { feature } = creations(() =>
      isBroken ? Promise.reject(new ApiRefusal("CONFLICT", "not yet")) : Promise.resolve(),
    );
    const control = await openTestControl(engine, { features: [feature] });
    const token = await control.token(await control.setUp(), "admin");
    expect((await create(control, token, "k1")).status).toBe(409);
    isBroken = false;
    expect((await create(control, token, "k1")).status).toBe(201);
  });

  test("a creation whose process died is carried out by a later repetition, and the dead one cannot come back", async () => {
    const control = await openTestControl(engine);
    const { queries } = control.database;
    const caller = { kind: "token", id: "t", person: "p", name: "n", role: "admin" } as const;
    const request = {
      caller: { ...caller, apps: "all" as const },
      key: "k1",
      route: routes.createApp,
      input: BODY,
      isAnswerSecret: false,
    };
    const dead = await claimKey(queries, { ...request, now: 1000 });
    const early = claimKey(queries, { ...request, now: 999 + ABANDONED_AFTER_MS });
    await expect(early).rejects.toMatchObject({ code: "REQUEST_IN_PROGRESS" });
    const later = await claimKey(queries, { ...request, now: 1000 + ABANDONED_AFTER_MS });
    expect([dead.to, later.to]).toEqual(["run", "run"]);
    if (dead.to !== "run" || later.to !== "run") return;
    const lost = dead.claim.keep(queries, { body: 1 });
    await expect(lost).rejects.toMatchObject({ code: "REQUEST_IN_PROGRESS" });
    await dead.claim.release(queries);
    await later.claim.keep(queries, { body: 2 });
    const replay = await claimKey(queries, { ...request, now: 2000 + ABANDONED_AFTER_MS });
    expect(replay).toEqual({ to: "replay", answer: { body: 2 } });
  });

  test("a key is new again when its time is over", async () => {
    const { feature } = creations();
    const control = await openTestControl(engine, { features: [feature] });
    const token = await control.token(await control.setUp(), "admin");
    await create(control, token, "k1");
    control.clock.now += KEY_LIFETIME_MS;
    expect((await create(control, token, "k1", { ...BODY, name: "Other" })).status).toBe(201);
    expect(await rowsIn(control)).toBe(2);
  });

  test("an answer with a secret is CONFLICT the second time, and the secret is nowhere in the database", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const call = () =>
      control.call("POST", "/v1/tokens", {
        cookie,
        body: { name: "CI", role: "viewer", apps: "all" },
        headers: { "Idempotency-Key": "k1" },
      });
    const first = await call();
    expect(first.status).toBe(201);
    expect(await call()).toMatchObject({ status: 409, code: "CONFLICT" });
    const { queries } = control.database;
    const keys = await queries.selectFrom("idempotency_keys").selectAll().execute();
    expect(keys).toMatchObject([{ status: 201, body: null }]);
    expect(await queries.selectFrom("api_tokens").selectAll().execute()).toHaveLength(1);
  });
});
