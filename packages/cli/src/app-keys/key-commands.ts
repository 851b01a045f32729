import type { ArgumentSpec, Command, CommandInput, Io } from "../command.ts";
import { APP_OPTION, requireApp } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../control-plane/open-control.ts";
import { printList, readAll } from "../control-plane/print-list.ts";
import { LIST_OUTPUT } from "../output-format.ts";
import { print } from "../output.ts";
import { CONFIRM_OPTION, requireConfirm } from "../storekit/mutation.ts";
import type { KeyBody, KeyKind } from "./key-kind.ts";
import { KEY_HEAD, keyRow } from "./render-key.ts";

const KEY_ARGUMENT: ArgumentSpec = { name: "key-id", description: "the key's id", required: true };

/** Makes the command that lists the keys of a kind. */
export function createListKeys(kind: KeyKind): Command {
  return {
    summary: `List an app's ${kind.name}s`,
    description: "Never shows a private key: the control plane seals them and gives none back.",
    options: [APP_OPTION, ...CONTROL_OPTIONS],
    output: LIST_OUTPUT,
    examples: [{ line: `holdfast ${kind.noun} list --app yoga`, does: "which one is active" }],
    async run(input, io) {
      const app = requireApp(input.options);
      const { client } = await openControl(input, io);
      printList(input, io, {
        items: await readAll(kind.list(client, app)),
        head: KEY_HEAD,
        rowOf: keyRow,
        empty: `${app} has no ${kind.name}: holdfast ${kind.noun} add --app ${app}`,
      });
      return 0;
    },
  };
}

/** Makes the command that makes a key of a kind the one that is used. */
export function createActivateKey(kind: KeyKind): Command {
  return {
    summary: `Make an ${kind.name} the one that is used`,
    description:
      "It is tried at Apple first; the one before stands by. To rotate: add the new key, activate it, see it used, then remove the old one here and in App Store Connect.",
    arguments: [KEY_ARGUMENT],
    options: [APP_OPTION, ...CONTROL_OPTIONS],
    examples: [
      {
        line: `holdfast ${kind.noun} activate 2X9R4HXF34 --app yoga`,
        does: "use this one from now on",
      },
    ],
    async run(input, io) {
      const place = placeOf(input);
      const { client } = await openControl(input, io);
      printKey(input, io, { kind, key: await kind.activate(client, place) });
      return 0;
    },
  };
}

/** Makes the command that removes a key of a kind. */
export function createRemoveKey(kind: KeyKind): Command {
  return {
    summary: `Remove an ${kind.name}`,
    description:
      "Revoke it in App Store Connect, too: here it is only forgotten. A key that live offers are signed with is not removed.",
    arguments: [KEY_ARGUMENT],
    options: [APP_OPTION, CONFIRM_OPTION, ...CONTROL_OPTIONS],
    examples: [
      {
        line: `holdfast ${kind.noun} remove 2X9R4HXF34 --app yoga --confirm`,
        does: "forget a key that stands by",
      },
    ],
    async run(input, io) {
      requireConfirm(input.options, "Apple gives a private key's file once");
      const place = placeOf(input);
      const { client } = await openControl(input, io);
      await kind.remove(client, place);
      print(input, io, {
        json: { app: place.app, keyId: place.key, removed: true },
        table: () => [`Removed the ${kind.name} ${place.key} of ${place.app}`],
      });
      return 0;
    },
  };
}

/** Prints a key that was added or changed. */
export function printKey(
  input: CommandInput,
  io: Io,
  { kind, key }: { readonly kind: KeyKind; readonly key: KeyBody },
): void {
  const state =
    key.state === "active"
      ? "it is active"
      : `it stands by: holdfast ${kind.noun} activate ${key.keyId}`;
  print(input, io, {
    json: key,
    table: () => [`The ${kind.name} ${key.keyId} is there; ${state}`],
  });
}

function placeOf({ arguments: positional, options }: CommandInput) {
  return { app: requireApp(options), key: positional[0] ?? "" };
}
