/**
 * A flow of twenty texts in several locales, with images (`classes.png`, `mat.png`) and bullets, and
 * defaults for three products: seven of them, where the catalog has those three.
 */
export function twentyMessages(): string {
  const messages = Array.from({ length: 8 }, (_, index) => {
    const image = index % 3 === 0 ? ", image: { file: classes.png, alt: A class }" : "";
    const bullets =
      index % 4 === 0 ? ", bullets: [{ text: A mat, image: { file: mat.png, alt: A mat } }]" : "";
    const german = index < 4 ? `\n      de-DE: { header: Kopf ${index}, body: Text. }` : "";
    return `  message_${index}:
    defaultLocale: en-US
    locales:
      en-US: { header: Header ${index}, body: Body.${image}${bullets} }
      fr-FR: { header: Titre ${index}, body: Texte. }${german}`;
  });
  return `version: 1
app: com.example.yoga
realtimeUrl: https://retention.example.com/\${environment}
messages:
${messages.join("\n")}
rules: []
fallback: { message: message_0 }
defaults:
  - { message: message_0, products: all, locales: [en-US, de-DE] }
  - { message: message_5, products: [yoga.family], locales: [fr-FR] }
`;
}
