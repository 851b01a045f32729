import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createProcessIo } from "./process-io.ts";
import { untilAborted } from "./until-aborted.ts";

/** A process that remembers how it was ended. */
function fakeProcess({ env = {}, isTTY = false, stdin = "" } = {}) {
  const exits: number[] = [];
  const written: string[] = [];
  const streamOf = (name: string) =>
    Object.assign(new EventEmitter(), {
      isTTY,
      write: (text: string) => written.push(`${name}: ${text}`),
    });
  const stdout = streamOf("stdout");
  const host = Object.assign(new EventEmitter(), {
    env,
    stdout,
    stderr: streamOf("stderr"),
    stdin: Readable.from([stdin]),
    cwd: () => "/",
    exit: (code: number) => exits.push(code),
  });
  // The few members that are used.
  return { host: host as unknown as NodeJS.Process, exits, written, stdout };
}

describe("createProcessIo() on Ctrl-C", () => {
  test("ends at once when nothing waits for it", () => {
    const { host, exits } = fakeProcess();
    createProcessIo(host);
    host.emit("SIGINT");
    expect(exits).toEqual([130]);
  });

  test("lets a command that waits shut down, and ends at the second one", async () => {
    const { host, exits } = fakeProcess();
    const { signal } = createProcessIo(host);
    const waiting = untilAborted(signal);
    host.emit("SIGTERM");
    await waiting;
    expect(exits).toEqual([]);
    host.emit("SIGINT");
    expect(exits).toEqual([130]);
  });
});

describe("createProcessIo() when a reader went away", () => {
  test.each(["stdout", "stderr"] as const)("writes no more to %s, and goes on", (name) => {
    const { host, exits, written } = fakeProcess();
    const io = createProcessIo(host);
    io[name]("before");
    host[name].emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
    io[name]("after");
    const other = name === "stdout" ? "stderr" : "stdout";
    io[other]("elsewhere");
    expect(written).toEqual([`${name}: before`, `${other}: elsewhere`]);
    expect(exits).toEqual([]);
  });

  test("throws what else a stream fails with", () => {
    const { host } = fakeProcess();
    createProcessIo(host);
    const full = Object.assign(new Error("full"), { code: "ENOSPC" });
    expect(() => host.stdout.emit("error", full)).toThrow("full");
  });
});

test("createProcessIo() reads standard input to its end", async () => {
  expect(await createProcessIo(fakeProcess({ stdin: "hello" }).host).stdin()).toBe("hello");
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
])("createProcessIo() with %j on a terminal %j wants colours: %j", (env, isTTY, expected) => {
  expect(createProcessIo(fakeProcess({ env, isTTY }).host).colors).toBe(expected);
});

test("createProcessIo() wants no colours where Node leaves isTTY undefined", () => {
  const { host, stdout } = fakeProcess();
  Object.assign(stdout, { isTTY: undefined });
  expect(createProcessIo(host).colors).toBe(false);
});
