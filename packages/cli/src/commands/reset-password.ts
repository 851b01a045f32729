import { resetPassword } from "@holdfast/control/access";
import type { Command } from "../command.ts";
import { chooseNewPassword, PASSWORD_FILE_OPTION } from "../control-plane/ask-person.ts";
import { DATA_OPTION } from "../data-option.ts";
import { readDatabasePlace, withDatabase } from "../database/database-place.ts";
import { OPERATOR } from "../database/operator.ts";
import { print } from "../output.ts";
import { sayCount } from "../say-count.ts";
import { printable } from "../style.ts";

/** `holdfast reset-password` */
export const resetPasswordCommand: Command = {
  summary: "Set a forgotten password, on the server's machine",
  description:
    "For when nobody can sign in who could help: works on the database itself. With SQLite stop the server first. The password is asked for twice and never shown. Ends the person's sessions and what keeps them from trying again; their API tokens stay.",
  arguments: [{ name: "email", description: "whose", required: true }],
  options: [DATA_OPTION, PASSWORD_FILE_OPTION],
  afterInterruption: "nothing was changed; run it again",
  examples: [
    { line: "holdfast reset-password ada@example.com", does: "be asked for the new password" },
    {
      line: "holdfast reset-password ada@example.com --password-file password.txt",
      does: "in a script",
    },
  ],
  async run(input, io) {
    const place = await readDatabasePlace(input.options, io);
    const [email = ""] = input.arguments;
    const { name, endedSessions } = await withDatabase(place, async (database) => {
      const password = await chooseNewPassword(input.options, io);
      return resetPassword(database, { email, password, actor: OPERATOR, now: io.now() });
    });
    print(input, io, {
      json: { email, name, endedSessions },
      table: () => [
        `The password of ${printable(name)} is set; ${sayCount(endedSessions, "session")} ended`,
      ],
    });
    return 0;
  },
};
