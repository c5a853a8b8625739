/** Puts values into the places `{name}` of a sentence that the page gave its script; unknown places stay as they are. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
