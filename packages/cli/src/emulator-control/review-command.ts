import { UsageError } from "@holdfast/appstore/errors";
import type { Command, CommandInput } from "../command.ts";
import { columns, print } from "../output.ts";
import { callEmulator, type EmulatorAnswer } from "./call-emulator.ts";
import { EMULATED_APP_OPTION, EMULATOR_PORT_OPTION, runningPort } from "./emulator-options.ts";

/** What Apple's reviewers can say. */
export interface Review {
  readonly verb: "approve" | "reject";
  readonly state: "APPROVED" | "REJECTED";
}

/** Something that is reviewed. */
interface Reviewable {
  readonly kind: "message" | "image";
  readonly identifier: string;
  readonly state: string;
}

/** Where reviews are made. */
interface ReviewPlace {
  readonly port: number;
  /** The address of the app in its environment, below the control API. */
  readonly path: string;
}

/** Makes the command that reviews messages and images in a running local App Store. */
export function reviewCommand({ verb, state }: Review): Command {
  return {
    summary: `Review messages and images as Apple would: ${verb} them`,
    description: "The sandbox approves by itself; in production everything waits for review.",
    arguments: [
      {
        name: "identifier...",
        description: "of messages and images",
        required: false,
      },
    ],
    options: [
      { flags: "--all", description: `${verb} everything that is PENDING` },
      EMULATED_APP_OPTION,
      {
        flags: "--environment <name>",
        description: "sandbox or production",
        choices: ["sandbox", "production"],
        default: "production",
      },
      EMULATOR_PORT_OPTION,
    ],
    examples: [
      { line: `holdfast emulator ${verb} --all`, does: "everything PENDING in production" },
      {
        line: `holdfast emulator ${verb} 551ee7c0-c097-418e-9dd5-2a98533a7390 --app yoga`,
        does: "one message",
      },
    ],
    async run(input, io) {
      const { options } = input;
      const app = encodeURIComponent(options.required("app"));
      const path = `/apps/${app}/${options.required("environment")}`;
      const place = { port: runningPort(options), path };
      const chosen = choose(await listReviewables(place), input);
      for (const reviewable of chosen) await review(reviewable, state, place);
      const reviewed = chosen.map(({ kind, identifier }) => ({ kind, identifier, state }));
      print(input, io, {
        json: { reviewed },
        table: () =>
          reviewed.length === 0
            ? ["nothing is PENDING"]
            : columns(reviewed.map(({ kind, identifier }) => [kind, identifier, state])),
      });
      return 0;
    },
  };
}

function choose(all: readonly Reviewable[], input: CommandInput): readonly Reviewable[] {
  const { arguments: identifiers, options } = input;
  if (options.flag("all") === identifiers.length > 0) {
    throw new UsageError("ARGUMENT_INVALID", "expected either identifiers or --all");
  }
  if (options.flag("all")) return all.filter(({ state }) => state === "PENDING");
  return identifiers.map((identifier) => {
    const found = all.find((reviewable) => reviewable.identifier === identifier);
    if (found !== undefined) return found;
    throw new UsageError(
      "IDENTIFIER_UNKNOWN",
      `there is no message and no image ${identifier} in this app and environment`,
    );
  });
}

async function listReviewables({ port, path }: ReviewPlace): Promise<readonly Reviewable[]> {
  const messages = await callEmulator({ port, path: `${path}/messages` });
  const images = await callEmulator({ port, path: `${path}/images` });
  return [...reviewablesOf(messages, "message"), ...reviewablesOf(images, "image")];
}

function reviewablesOf(answer: EmulatorAnswer, kind: Reviewable["kind"]): readonly Reviewable[] {
  const listed = answer[`${kind}s`];
  return (Array.isArray(listed) ? listed : []).map((one: EmulatorAnswer) => ({
    kind,
    identifier: String(one[`${kind}Identifier`]),
    state: String(one["state"]),
  }));
}

async function review(
  { kind, identifier }: Reviewable,
  state: Review["state"],
  { port, path }: ReviewPlace,
): Promise<void> {
  await callEmulator({
    port,
    method: "POST",
    path: `${path}/${kind}s/${encodeURIComponent(identifier)}/review`,
    body: { state },
  });
}
