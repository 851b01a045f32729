import { describe, expect, test } from "vitest";
import { CHEAP_PASSWORDS, openTestControl, PASSWORD } from "../http/testing/test-control.ts";
import type { TestControl } from "../http/testing/test-control.ts";
import { engines } from "../storage/testing/engines.ts";
import { resetPassword } from "./index.ts";

const EMAIL = "ada@example.com";
const NEW_PASSWORD = "another sentence only I know";
const ACTOR = { kind: "system", id: "cli", name: "the command line" } as const;

function reset({ database, clock }: TestControl, given: object = {}) {
  return resetPassword(database, {
    email: EMAIL,
    password: NEW_PASSWORD,
    actor: ACTOR,
    passwordCost: CHEAP_PASSWORDS,
    now: clock.now,
    ...given,
  });
}

async function signIn(control: TestControl, password: string): Promise<number> {
  const body = { email: EMAIL, password };
  return (await control.call("POST", "/v1/session", { body })).status;
}

describe.each(await engines())("on $name", (engine) => {
  test("resetPassword() lets in with the new password alone, and ends every session", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    expect(await signIn(control, PASSWORD)).toBe(201);
    await expect(reset(control, { email: "ADA@example.com" })).resolves.toEqual({
      name: "Ada",
      endedSessions: 2,
    });
    expect(await control.call("GET", "/v1/session", { cookie })).toMatchObject({ status: 401 });
    expect(await signIn(control, PASSWORD)).toBe(401);
    expect(await signIn(control, NEW_PASSWORD)).toBe(201);
  });

  test("resetPassword() leaves tokens as they are, and says in the audit log who did it", async () => {
    const control = await openTestControl(engine);
    const token = await control.token(await control.setUp(), "admin");
    await reset(control);
    const { json } = await control.call("GET", "/v1/audit?action=resetPassword", { token });
    expect(json).toMatchObject({
      items: [
        { actorKind: "system", actorName: ACTOR.name, summary: expect.any(String) as string },
      ],
    });
    expect(JSON.stringify(json)).not.toContain(NEW_PASSWORD);
  });

  test("resetPassword() lets who tried too often try again", async () => {
    const control = await openTestControl(engine);
    await control.setUp();
    for (let attempt = 0; attempt < 10; attempt += 1) await signIn(control, "wrong");
    expect(await signIn(control, PASSWORD)).toBe(429);
    await reset(control);
    expect(await signIn(control, NEW_PASSWORD)).toBe(201);
  });

  test.each([
    ["nobody has", { email: "eve@example.com" }, "PERSON_UNKNOWN"],
    ["is too short for the API", { password: "short" }, "PASSWORD_UNFIT"],
    ["has control characters", { password: "a password with a \u0007 in it" }, "PASSWORD_UNFIT"],
  ])("resetPassword() refuses what %s, and changes nothing", async (_, given, code) => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    await expect(reset(control, given)).rejects.toMatchObject({ code });
    expect(await control.call("GET", "/v1/session", { cookie })).toMatchObject({ status: 200 });
    expect(await signIn(control, PASSWORD)).toBe(201);
  });

  test("resetPassword() refuses somebody who is disabled", async () => {
    const control = await openTestControl(engine);
    await control.setUp();
    await control.database.queries.updateTable("people").set({ is_disabled: 1 }).execute();
    await expect(reset(control)).rejects.toMatchObject({ code: "PERSON_DISABLED" });
  });
});
