import fc from "fast-check";

// Each mutant meets the same examples: else luck would decide about one that is hard to kill.
fc.configureGlobal({ seed: 1 });
