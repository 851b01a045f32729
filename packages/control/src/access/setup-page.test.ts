import { expect, test } from "vitest";
import { setupPage } from "./setup-page.ts";

const request = { request: new Request("http://localhost/setup"), requestId: "r", now: 0 };

test("setupPage says how to go on, and runs nothing but its own script", async () => {
  const response = await setupPage.respond({ ...request, client: {} });
  const body = await response.text();
  expect(body).toContain("holdfast setup");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  for (const [tag, directive] of [
    ["style", "style-src"],
    ["script", "script-src"],
  ] as const) {
    const [, content = ""] = new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(body) ?? [];
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
    const hash = Buffer.from(digest).toString("base64");
    expect(policy).toContain(`${directive} 'sha256-${hash}'`);
  }
  expect(response.headers.get("cache-control")).toBe("no-store");
});
