/** The two documents that the console serves; all else is drawn by its script. */

const shell = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
${head}
</head>
<body>
${body}
</body>
</html>
`;

export const PAGE = shell(
  "Order event bus",
  '<script type="module" src="/assets/main.js"></script>',
  '<div id="app"></div>\n<noscript>The console needs JavaScript.</noscript>',
);

export const NO_SESSION_PAGE = shell(
  "No session · Order event bus",
  "",
  `<main class="no-session">
<h1>This page needs its link</h1>
<p>Open the link that <code>bus console</code> or <code>npm start</code> printed. It works once, for one browser.</p>
<p>For another one, run <code>bus console</code> again.</p>
</main>`,
);
