import { isRole, isRoleAtLeast, ROLES } from "@holdfast/api";
import type { Role } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import type { CallOptions } from "../http/testing/test-control.ts";
import { allRefused, judgeRefusals, goodRequest, openStage } from "./testing/route-cases.ts";

describe("who may call", () => {
  test("nobody without credentials, nor with those that are wrong or over", async () => {
    const stage = await openStage();
    const { control, cookie, tokens } = stage;
    const revoked = await control.token(cookie, "admin");
    const { json } = await control.call("GET", "/v1/tokens?limit=1", { cookie });
    // The newest token, which is the one just made.
    const [newest] = (json as { readonly items: readonly { readonly id: string }[] }).items;
    const gone = await control.call("DELETE", `/v1/tokens/${newest?.id}`, { cookie });
    expect(gone.status).toBe(204);
    const attempts: readonly (readonly [string, CallOptions])[] = [
      ["no credentials", {}],
      ["a token that is none", { token: "hf_wrong" }],
      ["a token that was revoked", { token: revoked }],
      ["a wrong token beside a good cookie", { token: "hf_wrong", cookie }],
      ["a token as a cookie", { cookie: `${cookie.split("=")[0]}=${tokens.admin}` }],
      ["a session as a token", { token: cookie.split("=")[1] }],
      ["another scheme", { headers: { Authorization: `Basic ${tokens.admin}` } }],
    ];
    const judged = await judgeRefusals(stage, (operation) => {
      if (operation.route.access === "public") return [];
      const { body, headers } = goodRequest({ operation, stage });
      return attempts.map(([what, attempt]) => ({
        operation,
        what,
        options: { body, ...attempt, headers: { ...headers, ...attempt.headers } },
        code: "UNAUTHENTICATED",
      }));
    });
    expect(judged).toEqual(allRefused(660));
  });

  test("nobody with a lower role, as a token or as a person", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      const { access } = operation.route;
      const { body, headers } = goodRequest({ operation, stage });
      const isTooLow = (role: Role): boolean =>
        access === "runtime" || (isRole(access) && !isRoleAtLeast(role, access));
      return ROLES.filter(isTooLow).flatMap((role) =>
        [{ token: stage.tokens[role] }, { cookie: stage.sessions[role] }].map((caller) => ({
          operation,
          what: `${Object.keys(caller).join()} of a ${role}`,
          options: { ...caller, body, headers },
          code: "FORBIDDEN",
        })),
      );
    });
    expect(judged).toEqual(allRefused(270));
  });

  test("no runtime but what is for runtimes, and who it is", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      const { access, operationId } = operation.route;
      if (access === "public" || access === "runtime" || operationId === "readSession") return [];
      const options = { ...goodRequest({ operation, stage }), cookie: undefined };
      const token = stage.tokens.runtime;
      return [{ operation, what: "a runtime", options: { ...options, token }, code: "FORBIDDEN" }];
    });
    expect(judged).toEqual(allRefused(90));
  });

  test("nobody whose role counts for another app, which is not told from one that is not there", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      const { route } = operation;
      if (!route.path.includes("{app}")) return [];
      const options = goodRequest({ operation, stage });
      const token = stage.strangers[route.access === "runtime" ? "runtime" : "admin"];
      return [
        { operation, what: "another app", options: { ...options, token }, code: "NOT_FOUND" },
      ];
    });
    expect(judged).toEqual(allRefused(74));
  });

  test("nobody whose role counts for one app, where it is about all, but to see what is of their app", async () => {
    const stage = await openStage();
    const all = stage.operations.filter(
      ({ route: { access, path } }) => isRole(access) && !path.includes("{app}"),
    );
    expect(all.length).toBeGreaterThanOrEqual(9);
    const seen: string[] = [];
    for (const operation of all) {
      const { route } = operation;
      const options = { ...goodRequest({ operation, stage }), token: stage.strangers.admin };
      const answer = await stage.control.call(route.method, stage.pathOf(operation), options);
      if (answer.code === "FORBIDDEN") continue;
      seen.push(route.operationId);
      expect([route.operationId, answer.status]).toEqual([route.operationId, 200]);
      expect(answer.text).not.toContain("yoga");
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((operationId) => !/^(?:list|read)/.test(operationId))).toEqual([]);
  });
});
