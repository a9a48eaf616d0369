/** Where today's JSON Schema of an event breaks with one that was published. */

export type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
};

const under = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** What a schema says of its own value: not of what is inside, and no headlines. */
const rules = ({ properties, required, items, title, $schema, $id, ...own }: Schema): string =>
  JSON.stringify(Object.entries(own).toSorted());

const KEEP =
  "Keep it as it was, or raise the major version and read both (docs/changing-the-bus.md).";

/**
 * A sentence each. Additions that older consumers may ignore are none, unless the version is the
 * very one that was published without them.
 */
export const findBreaks = (
  published: Schema,
  today: Schema,
  versions: { readonly published: string; readonly today: string },
  path = "",
): string[] => {
  const breaks: string[] = [];
  const wasRequired = (name: string) => published.required?.includes(name) === true;
  const isRequired = (name: string) => today.required?.includes(name) === true;
  const [before, after] = [published.properties ?? {}, today.properties ?? {}];
  if (rules(published) !== rules(today)) {
    breaks.push(
      `${path || "the event"} is ${rules(today)}, but was ${rules(published)} in ${versions.published}. ${KEEP}`,
    );
  }
  for (const [name, schema] of Object.entries(before)) {
    const [inside, found] = [under(path, name), after[name]];
    if (found === undefined) {
      breaks.push(`${inside} is gone, but consumers of ${versions.published} may read it. ${KEEP}`);
      continue;
    }
    if (wasRequired(name) && !isRequired(name)) {
      breaks.push(
        `${inside} may be left out, but consumers of ${versions.published} need it. ${KEEP}`,
      );
    }
    breaks.push(...findBreaks(schema, found, versions, inside));
  }
  for (const name of Object.keys(after)) {
    const inside = under(path, name);
    if (isRequired(name) && !wasRequired(name)) {
      breaks.push(
        `${inside} is required, but events of ${versions.published} that wait in queues lack it. Make it \`v.optional\` and raise the minor version.`,
      );
    } else if (before[name] === undefined && versions.today === versions.published) {
      breaks.push(
        `${inside} is new, but version ${versions.published} was published without it. Raise the minor version.`,
      );
    }
  }
  const [itemThen, itemNow] = [published.items, today.items];
  if (itemThen !== undefined && itemNow !== undefined) {
    breaks.push(...findBreaks(itemThen, itemNow, versions, `${path}[]`));
  }
  return breaks;
};
