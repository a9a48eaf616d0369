import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import type { ExistingRawSourceMap } from "rolldown";

const isSameLine = (a: SourceMapSegment | undefined, b: SourceMapSegment): boolean =>
  a !== undefined && a[1] === b[1] && a[2] === b[2];

/**
 * The map of a bundle with one position for each run of a source's line, and no names: a stack still
 * names file and line, and the map that Node parses at start is a fifth of the size.
 */
export const linesOnly = (map: ExistingRawSourceMap): ExistingRawSourceMap => ({
  ...map,
  names: [],
  mappings: encode(
    decode(map.mappings).map((line) =>
      line
        .filter((segment, index) => !isSameLine(line[index - 1], segment))
        .map(
          ([column, source, sourceLine, sourceColumn]): SourceMapSegment =>
            source === undefined ? [column] : [column, source, sourceLine ?? 0, sourceColumn ?? 0],
        ),
    ),
  ),
});
