/** What a reader should know before the first figure. */
export const introduction = `# Performance, side by side

How fast the bus is and what it costs, against what people would use instead. Written by
\`node bench/report/write-page.ts\` from [the report](performance.json) of a run of \`npm run bench\`; a test
holds this page to it.

**What a figure means.** Each is a ratio of two things that were measured in the same run, in turns, on
the same machine, or a count that no machine changes: requests, write units, bytes. Of several rounds the
median counts; all of them stand beside it. So "5 x" says that ours did five times as many in the same
second, and it should say about the same on your machine. Where a goal is missed, it says so;
[what stands in its way](decisions/15-where-a-goal-is-missed.md).

**What it does not mean.** Nothing here was run on AWS. The store is dynoxide, with 5 ms added to each call
where it stands for DynamoDB; queues and topic are fauxqs; functions are processes of one machine. Emulators
have no limits a second, no cold fleet and no neighbours, and write a transaction faster than AWS does.
Requests and units are those that AWS's own rules count for these calls, not those of a bill. Rates a second
on AWS depend on how many functions run at a time, which is not measured here.

**Run it yourself.** With Linux x64 and Node, without an account:

\`\`\`sh
npm ci
npm run bench -- --list
npm run bench -- --report reports/bench.json
node bench/report/write-page.ts reports/bench.json
\`\`\`

One part alone: \`npm run bench -- relay\`. With your own orders: \`--trace FILE\`; a part that names a file below was run
with that. Without one a marketplace's busy day is made up. The exit code says whether every goal was reached. Do it on a
machine that does nothing else: the load that it had is in the report.`;
