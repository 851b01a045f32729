/** A flow whose rules all look at the subscriber, and of which none holds; another one each round. */
export function largeFlow(rules: number, round: number): string {
  const lines = Array.from(
    { length: rules },
    (_, index) =>
      `  - { name: rule_${index}, when: { attributes.score: { in: [${round}, ${index + 100}] } }, respond: { message: stay } }`,
  );
  return `version: 1
app: com.example.yoga
attributes: { score: number }
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000001 } } }
rules:
${lines.join("\n")}
fallback: { message: stay }
`;
}
