import type { ConsumerStatus } from "../../status/read-status.ts";
import { shortCount } from "./format.ts";

type ConsumerTabsProps = {
  readonly names: readonly string[];
  readonly consumers: readonly ConsumerStatus[];
  readonly shown: string;
};

export const ConsumerTabs = ({ names, consumers, shown }: ConsumerTabsProps) => (
  <nav class="tabs" aria-label="Consumers">
    {names.map((name) => {
      const dead = consumers.find((one) => one.name === name)?.deadLetters;
      return (
        <a
          key={name}
          href={`/dead-letters/${name}`}
          aria-current={name === shown ? "page" : undefined}
        >
          {name}
          <span class={dead ? "badge" : "badge none"}>
            {dead === undefined ? "–" : shortCount(dead)}
            <span class="sr-only"> dead letters</span>
          </span>
        </a>
      );
    })}
  </nav>
);
