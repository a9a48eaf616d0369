import { PageHead } from "./page-head.tsx";

export const NotFoundPage = () => (
  <>
    <PageHead title="No such page" />
    <p>
      <a href="/">Go to the flow</a>
    </p>
  </>
);
