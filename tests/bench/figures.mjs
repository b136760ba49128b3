import { source } from "./source.mjs";

export const { median, quantile } = await source("benchmark/statistics.ts");
export const { table, number, percent, megabytes } = await source("benchmark/markdown.ts");
