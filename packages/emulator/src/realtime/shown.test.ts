import { describe, expect, test } from "vitest";
import { MESSAGE, TEST_APP } from "../testing/test-app.ts";
import {
  type AppStoreConnectMessage,
  deleteDefault,
  findEnvironment,
  openWorld,
  setAppStoreConnectMessage,
} from "../world/index.ts";
import { decideShown } from "./shown.ts";

const ANSWER = { message: { messageIdentifier: MESSAGE.plain } };
const PLACE = { productId: "basic.monthly", userLocale: "en-US" };
const FROM_CONNECT: AppStoreConnectMessage = {
  referenceName: "Connect",
  state: "APPROVED",
  localizations: { "en-US": { header: "h", body: "b" } },
};

interface Given {
  /** Our answer was accepted. */
  readonly answered: boolean;
  readonly connect: AppStoreConnectMessage | undefined;
  readonly hasDefault: boolean;
  readonly lifts?: boolean;
  readonly environment?: "sandbox" | "production";
}

const no = { answered: false, connect: undefined, hasDefault: false } as const;
const all = { answered: true, connect: FROM_CONNECT, hasDefault: true } as const;
const draft = { ...FROM_CONNECT, state: "PENDING" } as const;
const elsewhere = { ...FROM_CONNECT, localizations: { ja: { header: "h", body: "b" } } };

describe("decideShown() falls back in Apple's order", () => {
  test.each<readonly [string, string, Given]>([
    ["realtime", "an accepted answer comes first", all],
    ["appStoreConnect", "then App Store Connect's message", { ...all, answered: false }],
    ["default", "then the default", { ...all, answered: false, connect: undefined }],
    ["nothing", "then nothing", no],
    ["nothing", "an answer cannot make up for a default", { ...no, answered: true }],
    ["nothing", "nor can App Store Connect's message", { ...no, connect: FROM_CONNECT }],
    ["nothing", "nor both", { ...all, hasDefault: false }],
    ["realtime", "unless it is set to", { ...all, hasDefault: false, lifts: true }],
    [
      "appStoreConnect",
      "unless it is set to, without an answer",
      { ...no, connect: FROM_CONNECT, lifts: true },
    ],
    ["nothing", "set to, and there is none", { ...no, answered: true, lifts: true }],
    [
      "appStoreConnect",
      "a draft is shown in the sandbox",
      { ...all, answered: false, connect: draft },
    ],
    [
      "default",
      "but not in production",
      { ...all, answered: false, connect: draft, environment: "production" },
    ],
    ["default", "one in other languages is none", { ...all, answered: false, connect: elsewhere }],
  ])("%s: %s", (source, _when, given) => {
    const { answered, connect, hasDefault, lifts = false, environment = "sandbox" } = given;
    const world = findEnvironment(openWorld([TEST_APP]), { app: "test", environment });
    setAppStoreConnectMessage(world, PLACE.productId, connect);
    if (!hasDefault) deleteDefault(world, PLACE.productId, PLACE.userLocale);
    const shown = decideShown(PLACE, answered ? ANSWER : undefined, world, {
      appStoreConnectLiftsDefaultRequirement: lifts,
    });
    expect(shown.source).toBe(source);
  });

  test("shows the answer's message with what was answered, the default's text, the offer of Connect", () => {
    const world = findEnvironment(openWorld([TEST_APP]), { app: "test", environment: "sandbox" });
    expect(decideShown(PLACE, ANSWER, world)).toMatchObject({
      message: { header: "Stay" },
      response: ANSWER,
    });
    expect(decideShown(PLACE, undefined, world)).toMatchObject({ message: { header: "Default" } });
    const retentionOffer = { offerIdentifier: "O", mode: "FREE_TRIAL", period: "P3M" } as const;
    setAppStoreConnectMessage(world, PLACE.productId, { ...FROM_CONNECT, retentionOffer });
    expect(decideShown(PLACE, undefined, world)).toEqual({
      source: "appStoreConnect",
      message: { referenceName: "Connect", header: "h", body: "b", retentionOffer },
    });
  });

  test("shows nothing when the default is not APPROVED any more", () => {
    const world = findEnvironment(openWorld([TEST_APP]), { app: "test", environment: "sandbox" });
    const message = world.messages.get(MESSAGE.byDefault);
    if (message === undefined) throw new TypeError("expected the default");
    world.messages.set(MESSAGE.byDefault, { ...message, state: "REJECTED" });
    expect(decideShown(PLACE, ANSWER, world)).toEqual({
      source: "nothing",
      reason: "NO_DEFAULT_MESSAGE",
    });
  });
});
