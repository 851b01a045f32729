import { beforeAll, describe, expect, test } from "vitest";
import { createTestPublication } from "../testing/test-publication.ts";
import type { TestPublication } from "../testing/test-publication.ts";
import { createLiveSlot } from "./live-slot.ts";
import type { SlotEvent } from "./live-slot.ts";

let app: TestPublication;
beforeAll(async () => {
  app = await createTestPublication();
});

function open() {
  const events: SlotEvent[] = [];
  const slot = createLiveSlot(app.config, app.means, (event) => events.push(event));
  return {
    events,
    slot,
    publish: async (sequence: number) =>
      slot.acceptLive(JSON.stringify(await app.live({ sequence, label: `l${sequence}` }))),
    stop: async (sequence: number) =>
      slot.acceptStopList(`${await app.stopList({ sequence, offersPaused: true })}\n`),
  };
}

describe("createLiveSlot()", () => {
  test("joins what is live with what is stopped, whichever comes first", async () => {
    const [one, other] = [open(), open()];
    await one.publish(1);
    await one.stop(3);
    await other.stop(3);
    await other.publish(1);
    for (const { slot } of [one, other]) {
      expect(slot.live()).toMatchObject({
        sequence: 1,
        stops: { sequence: 3, offersPaused: true },
      });
    }
  });

  test("tells what is new, and nothing that is not", async () => {
    const { events, publish, stop } = open();
    for (const sequence of [1, 1, 2]) await publish(sequence);
    for (const sequence of [1, 1]) await stop(sequence);
    expect(events).toEqual([
      { kind: "live", label: "l1" },
      { kind: "live", label: "l2" },
      { kind: "stopList" },
    ]);
  });

  test("ends with the newest of values that are opened at the same time", async () => {
    const { slot, publish, stop } = open();
    await Promise.allSettled(
      [1, 2, 3, 2, 1].flatMap((sequence) => [publish(sequence), stop(sequence)]),
    );
    expect(slot.live()).toMatchObject({ sequence: 3, stops: { sequence: 3 } });
  });

  test("keeps what it has when it refuses a value", async () => {
    const { slot, publish, stop } = open();
    await publish(2);
    await stop(2);
    await expect(publish(1)).rejects.toMatchObject({ code: "PUBLICATION_SUPERSEDED" });
    await expect(stop(1)).rejects.toMatchObject({ code: "PUBLICATION_SUPERSEDED" });
    await expect(slot.acceptLive("{")).rejects.toBeInstanceOf(SyntaxError);
    expect(slot.live()).toMatchObject({ sequence: 2, stops: { sequence: 2 } });
  });
});
