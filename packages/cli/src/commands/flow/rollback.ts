import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { compareContents } from "../../flow-versions/flow-content.ts";
import { NOTE_OPTION } from "../../flow-versions/note-option.ts";
import { readVersion } from "../../flow-versions/read-version.ts";
import { renderChanges } from "../../flow-versions/render-changes.ts";
import { explainRefusal } from "../../going-live/explain-refusal.ts";
import { findRollback } from "../../going-live/find-rollback.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { EXPECT_OPTION, readExpectedSequence } from "../../going-live/publish-options.ts";
import { renderArrival } from "../../going-live/render-arrival.ts";
import { renderLive } from "../../going-live/render-published.ts";
import {
  exitCodeOfArrivals,
  readRuntimeWait,
  RUNTIME_WAIT_OPTIONS,
} from "../../going-live/wait-for-runtimes.ts";
import { print } from "../../output.ts";

/** `holdfast flow rollback` */
export const rollback: Command = {
  summary: "Make what was live before live again",
  description:
    "Brings back the very snapshot of an earlier publication, under a higher sequence: nothing is compiled or approved again. Rolling back twice goes two steps back. What is brought back stays as it was, also when Apple approves more texts, until somebody publishes. " +
    "Exits 5 when it is live and a connected runtime does not answer by it yet, or it is not written for Workers.",
  options: [
    ...PLACE_OPTIONS,
    {
      flags: "--to <sequence>",
      description: "which publication, as flow history shows it (default: the one before)",
    },
    NOTE_OPTION,
    EXPECT_OPTION,
    ...RUNTIME_WAIT_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast flow rollback --app yoga --environment production",
      does: "back to what was live before",
    },
    {
      line: 'holdfast flow rollback --app yoga --environment production --to 7 --note "Wrong offer"',
      does: "back to publication 7, and say why",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const wanted = options.integer("to", { min: 1, max: Number.MAX_SAFE_INTEGER });
    const note = options.text("note");
    const expected = readExpectedSequence(options);
    const wait = readRuntimeWait(input, io);
    const { server, ...place } = await openPlace(input, io);
    const { client, app, environment } = place;
    const { live, target } = await findRollback(place, wanted);
    const was = await readVersion(place, live.version);
    const { isSame, changes } = compareContents(was, await readVersion(place, target.version));
    const expectedSequence = expected ?? live.sequence;
    const body = { to: target.sequence, expectedSequence, ...(note === undefined ? {} : { note }) };
    const { body: publication } = await client
      .call(routes.rollBackPublication, { params: { app, environment }, body })
      .catch(async (error: unknown) => {
        throw await explainRefusal(error, place, target.version);
      });
    const { sequence } = publication;
    const runtimes = await wait(place, { what: "publication", sequence });
    print(input, io, {
      json: { server, publication, before: live, changes, runtimes: runtimes ?? null },
      table: () => [
        `version ${live.version} (sequence ${live.sequence}) → version ${target.version} (as sequence ${target.sequence} was):`,
        ...(isSame
          ? ["  the same flow, with the texts and the catalog of then"]
          : renderChanges(changes, io)),
        ...renderLive("rolled back, live", { publication, server }, io),
        ...(runtimes === undefined ? [] : renderArrival(runtimes, io)),
        `undo it: holdfast flow rollback --app ${app} --environment ${environment} --to ${live.sequence}`,
      ],
    });
    return exitCodeOfArrivals([runtimes]);
  },
};
