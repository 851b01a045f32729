import { test } from "vitest";
import { SQLITE } from "../storage/testing/engines.ts";
import { readDocumentedApi } from "./testing/documented-operations.ts";
import { seedControl } from "./testing/seeded-control.ts";
import { openWholeControl } from "./testing/whole-control.ts";
import { wrongValues } from "./testing/wrong-values.ts";
test("probe", async () => {
  const control = await openWholeControl(await SQLITE.place());
  const t0 = Date.now();
  const api = await readDocumentedApi(control);
  console.log(api.operations.length, api.missing.map((r) => r.operationId));
  let n = 0;
  for (const { body, route } of api.operations) {
    if (body === undefined) continue;
    const w = wrongValues({ ...body, good: body.example, resolve: api.resolve });
    n += w.length;
    if (0) console.log(route.operationId, w.length, route.body?.safeParse(body.example).success);
  }
  console.log(n);
  console.log(await seedControl(control, api), control.defects);
  console.log(Date.now() - t0);
  await control.close();
});
