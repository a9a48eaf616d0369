import type { ComponentChildren } from "preact";

export type PageHeadProps = {
  readonly title: string;
  readonly about?: ComponentChildren;
  readonly children?: ComponentChildren;
};

export const PageHead = ({ title, about, children }: PageHeadProps) => (
  <div class="page-head">
    <div>
      <h1 tabIndex={-1}>{title}</h1>
      {about !== undefined && <p>{about}</p>}
    </div>
    {children}
  </div>
);
