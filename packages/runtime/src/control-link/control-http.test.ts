import { expect, test } from "vitest";
import { startLocalService } from "../testing/local-service.ts";
import { createControlCall } from "./control-http.ts";

const TOKEN = "hf_a_token_of_a_test";

test.each([301, 302, 303, 307, 308])(
  "createControlCall() takes the token nowhere else when control answers %i",
  async (status) => {
    const elsewhere = await startLocalService(() => ({ status: 200 }));
    const headers = { location: elsewhere.url };
    const control = await startLocalService(() => ({ status, headers }));
    const call = createControlCall({ url: control.url, token: TOKEN });
    await expect(call("v1/decisions", { method: "POST", body: "{}" })).rejects.toMatchObject({
      code: "CONTROL_UNREACHABLE",
      message: expect.stringContaining("redirect") as string,
    });
    expect(control.requests).toMatchObject([
      { url: "/v1/decisions", authorization: `Bearer ${TOKEN}` },
    ]);
    expect(elsewhere.requests).toEqual([]);
  },
);

test("createControlCall() refuses a redirect that fetch shows without its status", async () => {
  const redirect = new Response();
  Object.defineProperty(redirect, "type", { value: "opaqueredirect" });
  const call = createControlCall({
    url: "http://localhost",
    token: TOKEN,
    fetch: () => Promise.resolve(redirect),
  });
  await expect(call("v1/decisions", {})).rejects.toMatchObject({ code: "CONTROL_UNREACHABLE" });
});

test("createControlCall() passes on that nothing has changed", async () => {
  const { url } = await startLocalService(() => ({ status: 304 }));
  const call = createControlCall({ url, token: TOKEN });
  await expect(call("v1/snapshots", {})).resolves.toMatchObject({ status: 304 });
});
