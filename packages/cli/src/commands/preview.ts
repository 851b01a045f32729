import { join } from "node:path";
import type { Command, Io } from "../command.ts";
import { requireConfined } from "../confined-directory.ts";
import { FlowRefused } from "../errors.ts";
import { writeText } from "../files.ts";
import {
  CATALOG_OPTION,
  DEFAULT_FLOW_FILE,
  ENVIRONMENT_OPTION,
  FLOW_ARGUMENT,
  REVIEW_STATES_OPTION,
} from "../flow-options.ts";
import { countIssues, sayCounts } from "../issues.ts";
import { flowInputOf, loadFlow } from "../load-flow.ts";
import type { LoadedFlow } from "../load-flow.ts";
import { columns, print } from "../output.ts";
import { findBrowser } from "../preview/find-browser.ts";
import { previewOf } from "../preview/preview-model.ts";
import type { Preview } from "../preview/preview-model.ts";
import { countTexts, renderPage } from "../preview/render-page.ts";
import { writeShots } from "../preview/write-shots.ts";
import { createStyle } from "../style.ts";

const DEFAULT_OUT = "preview";

/** `holdfast preview` */
export const preview: Command = {
  summary: "Show every message as the cancel sheet shows it, in one HTML file",
  description:
    "Every text of every message, light and dark, right to left where the language is, with what uses it and what is wrong with it: for reviewing a change. " +
    "The file loads nothing and runs nothing. It is an approximation: Apple draws the real sheet. --png also draws each text with an installed Chrome, Chromium or Edge. " +
    "A flow with errors is shown, too; checking is flow validate's.",
  arguments: [FLOW_ARGUMENT],
  options: [
    { flags: "--out <directory>", description: "where to write", default: DEFAULT_OUT },
    { flags: "--png", description: "also one PNG per message and locale" },
    { ...ENVIRONMENT_OPTION, description: "whose texts are shown (default: production)" },
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
  ],
  examples: [
    { line: "holdfast preview", does: "write preview/index.html for flow.yaml" },
    {
      line: "holdfast preview app/flow.yaml --out artifacts --png",
      does: "in CI: a page to keep, and pictures for a pull request",
    },
    {
      line: "holdfast preview --environment sandbox --review-states states.json",
      does: "with what Apple has approved",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
    const environment = read.environment ?? "production";
    const browser = options.flag("png") ? await findBrowser(io) : undefined;
    const flow = await loadReadableFlow(io, { ...read, environment });
    const shown = previewOf(flow, environment);
    const directory = options.required("out");
    if (directory === DEFAULT_OUT) requireConfined(io, directory);
    const html = join(directory, "index.html");
    await writeText(io, html, renderPage(shown));
    const progress = (file: string) => {
      if (io.isErrTty) io.stderr(`${file}\n`);
    };
    const pictures =
      browser === undefined
        ? []
        : await writeShots(shown, { browser, directory, io, onShot: progress });
    const counts = countIssues(flow.issues);
    print(input, io, {
      json: {
        app: shown.app,
        environment,
        html,
        pictures,
        messages: shown.messages.length,
        texts: countTexts(shown),
        ...counts,
      },
      table: () => tableOf(shown, { html, pictures, counts: sayCounts(counts) }, io),
    });
    return 0;
  },
};

type ReadableFlow = Parameters<typeof previewOf>[0];

/** @throws FlowRefused `FLOW_INVALID` when the text cannot be read as a flow at all */
async function loadReadableFlow(
  io: Io,
  input: Parameters<typeof loadFlow>[1],
): Promise<ReadableFlow> {
  const flow: LoadedFlow = await loadFlow(io, input);
  const { document, issues, textOf, file } = flow;
  if (document !== undefined) return { ...flow, document };
  const counts = sayCounts(countIssues(issues));
  throw new FlowRefused("FLOW_INVALID", `${file}: ${counts}`, { issues, textOf });
}

function tableOf(
  shown: Preview,
  written: {
    readonly html: string;
    readonly pictures: readonly string[];
    readonly counts: string;
  },
  io: Io,
): readonly string[] {
  const { bold, yellow } = createStyle(io);
  const { html, pictures, counts } = written;
  return [
    ...columns([
      [bold(html), `${countTexts(shown)} texts of ${shown.messages.length} messages`],
      ...pictures.map((file) => [file, ""]),
    ]),
    ...(counts === "" ? [] : [yellow(`${counts}: see holdfast flow validate`)]),
  ];
}
