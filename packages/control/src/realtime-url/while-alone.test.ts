import { expect, test } from "vitest";
import { storageError } from "../storage/storage-error.ts";
import { openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { whileAlone } from "./while-alone.ts";

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const busy = () => Promise.reject(storageError("DATABASE_BUSY", "two transactions met"));
const otherwise = () => Promise.resolve("not alone");

test("whileAlone() does the other thing while somebody is at the same place, and only then", async () => {
  const database = await openTestDatabase(SQLITE);
  const work = { act: () => Promise.resolve("alone"), otherwise, waitMs: 0 };
  const inside = await whileAlone(database, SANDBOX, {
    ...work,
    act: async () => [
      await whileAlone(database, SANDBOX, work),
      await whileAlone(database, { ...SANDBOX, environment: "production" }, work),
    ],
    otherwise: () => Promise.resolve([]),
  });
  expect(inside).toEqual(["not alone", "alone"]);
  await expect(whileAlone(database, SANDBOX, work)).resolves.toBe("alone");
});

test("whileAlone() passes on that the database was busy inside", async () => {
  const database = await openTestDatabase(SQLITE);
  await expect(
    whileAlone(database, SANDBOX, { act: busy, otherwise, waitMs: 0 }),
  ).rejects.toMatchObject({
    code: "DATABASE_BUSY",
  });
});
