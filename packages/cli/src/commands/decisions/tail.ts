import type { Command, CommandInput, Io } from "../../command.ts";
import { followDecisions, readNewest } from "../../decisions/follow-decisions.ts";
import type { DecisionQuery } from "../../decisions/follow-decisions.ts";
import { decisionLine } from "../../decisions/render-decision.ts";
import type { Decision } from "../../decisions/render-decision.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { createStyle } from "../../style.ts";

const SOURCES = ["rule", "holdout", "fallback"] as const;

/** `holdfast decisions tail` */
export const tail: Command = {
  summary: "Show decisions as they come in",
  description:
    "A line each: when Apple asked, the product, the locale, the rule and arm that decided, what was sent and, where that is not what the flow said, why. Runtimes ship decisions within seconds. --output json writes a JSON document a line. Ends with Ctrl-C.",
  options: [
    { flags: "--rule <name>", description: "only decisions of this rule" },
    {
      flags: "--source <source>",
      description: "only decisions of rules, the holdout or the fallback",
      choices: SOURCES,
    },
    { flags: "--limit <count>", description: "how many of the newest come first (default: 20)" },
    { flags: "--no-follow", description: "end after these" },
    ...PLACE_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast decisions tail --app yoga --environment production",
      does: "what is being answered",
    },
    {
      line: "holdfast decisions tail --app yoga --environment production --rule annual_winback --output json",
      does: "one rule's decisions, for a program",
    },
  ],
  afterInterruption: "Nothing was changed",
  async run(input, io) {
    const place = await openPlace(input, io);
    const query = queryOf(input);
    const first = input.options.integer("limit", { min: 1, max: 200 }) ?? 20;
    const tell = createTeller(input, io);
    // The parser has follow set unless --no-follow is given.
    if (input.options.flag("follow")) {
      const onMore = (count: number): void =>
        io.warn(`more than ${count} at once: only the newest are shown; --rule shows fewer`);
      await followDecisions(place, io, { query, first, tell, onMore });
      return 130;
    }
    const { items } = await readNewest(place, { ...query, limit: first });
    tell(items.toReversed());
    return 0;
  },
};

function queryOf({ options }: CommandInput): DecisionQuery {
  const [rule, source] = [options.text("rule"), options.choice("source", SOURCES)];
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(source === undefined ? {} : { source }),
  };
}

function createTeller(
  { options }: CommandInput,
  io: Pick<Io, "stdout" | "colors">,
): (decisions: readonly Decision[]) => void {
  const style = createStyle(io);
  return (decisions) => {
    for (const decision of decisions) {
      const line =
        options.output === "json" ? JSON.stringify(decision) : decisionLine(decision, style);
      io.stdout(`${line}\n`);
    }
  };
}
