import { API_ERRORS, expectedErrors } from "@holdfast/api";
import { writeCursor } from "@holdfast/api/server";
import { describe, expect, test } from "vitest";
import { engines } from "../storage/testing/engines.ts";
import { callerOf, expectRefusals, goodRequest, openStage } from "./testing/route-cases.ts";
import type { DocumentedOperation } from "./testing/documented-operations.ts";
import type { Stage } from "./testing/route-cases.ts";

async function callGood(stage: Stage, operation: DocumentedOperation, key?: string) {
  const good = goodRequest({ operation, stage });
  const keyed = key === undefined ? {} : { "Idempotency-Key": key };
  const { route } = operation;
  return stage.control.call(route.method, stage.pathOf(operation), {
    ...good,
    headers: { ...good.headers, ...keyed },
  });
}

describe.each(await engines())("on $name", (engine) => {
  test("a request that is valid is carried out, or refused with a documented code", async () => {
    const stage = await openStage(engine);
    // What ends a session or deletes comes last, so that the others find what they are about.
    const ordered = stage.operations
      .filter(({ route }) => route.success.events === undefined)
      .toSorted((a, b) => Number(isEnd(a)) - Number(isEnd(b)));
    const done: string[] = [];
    const said: string[] = [];
    for (const operation of ordered) {
      const { route } = operation;
      const { status, code, text } = await callGood(stage, operation);
      if (code === undefined) {
        done.push(route.operationId);
        expect([route.operationId, status]).toEqual([route.operationId, route.success.status]);
      } else {
        said.push(`${route.operationId}:${code}`);
        const isDocumented = code !== "INTERNAL" && expectedErrors(route).some((one) => one === code);
        expect([route.operationId, text, isDocumented]).toEqual([route.operationId, text, true]);
      }
      expect([route.operationId, stage.secrets.filter((secret) => text.includes(secret))]).toEqual([
        route.operationId,
        [],
      ]);
    }
    expect(stage.control.defects).toEqual([]);
    console.log(done.length, said.join(' '));
    expect(done.length).toBeGreaterThanOrEqual(50);
  });
});

function isEnd({ route }: DocumentedOperation): boolean {
  return route.method === "DELETE";
}
