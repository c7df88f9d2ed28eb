import { describe, expect, it } from "vitest";
import { en } from "../../src/i18n/en";
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate, formatSpeed, formatTime, noTime, zoneOf } from "../../src/ui/format";
import { instants, spanOf } from "../../src/ui/range";

const units = en.time;

describe("formatters", () => {
  it("write durations in the two largest units", () => {
    expect(formatDuration(0, units)).toBe("0 ms");
    expect(formatDuration(184, units)).toBe("184 ms");
    expect(formatDuration(1500, units)).toBe("1.5 s");
    expect(formatDuration(41_000, units)).toBe("41 s");
    expect(formatDuration(185_000, units)).toBe("3 min 5 s");
    expect(formatDuration(3_600_000, units)).toBe("1 h");
    expect(formatDuration(90_061_000, units)).toBe("1 d 1 h");
    expect(formatDuration(3_605_000, units)).toBe("1 h"); // seconds are no neighbour of hours
    expect(formatDuration(Number.NaN, units)).toBe("—");
  });

  it("never round a share up to all or down to nothing", () => {
    expect(formatPercent(99.9712)).toBe("99.97 %");
    expect(formatPercent(99.99996)).not.toBe("100 %");
    expect(formatPercent(100)).toBe("100 %");
    expect(formatPercent(0)).toBe("0 %");
    expect(formatPercent(0.004)).not.toBe("0 %");
    expect(formatPercent(26.3)).toBe("26 %");
  });

  it("shorten counts, rates and sizes", () => {
    expect(formatCount(41_207)).toBe("41,207");
    expect(formatCount(211_003)).toBe("211 k");
    expect(formatCount(3_104_882)).toBe("3.10 M");
    expect(formatRate(0.04)).toBe("0.0");
    expect(formatRate(375.4)).toBe("375");
    expect(formatBytes(512)).toBe("512 B");
    expect(formatBytes(311_000_000)).toBe("297 MiB");
  });

  it("say speeds in the unit that shows them", () => {
    expect(formatSpeed(0.4, units)).toBe("< 1 ms");
    expect(formatSpeed(4, units)).toBe("4 ms");
    expect(formatSpeed(184, units)).toBe("184 ms");
    expect(formatSpeed(1500, units)).toBe("1.5 s");
    expect(formatSpeed(41_000, units)).toBe("41 s");
  });

  it("know a missing time and name zones", () => {
    expect(noTime(undefined)).toBe(true);
    expect(noTime("0001-01-01T00:00:00Z")).toBe(true);
    expect(noTime("2026-11-23T09:00:00Z")).toBe(false);
    expect(formatTime("0001-01-01T00:00:00Z")).toBe("—");
    expect(formatTime("not a time")).toBe("—");
    const d = new Date();
    expect(zoneOf(d, 0)).toBe("UTC");
    expect(zoneOf(d, 480)).toBe("UTC+8");
    expect(zoneOf(d, 330)).toBe("UTC+5:30");
    expect(zoneOf(d, -210)).toBe("UTC−3:30");
  });
});

describe("ranges", () => {
  it("are spans or instants", () => {
    expect(spanOf("24h")).toBe(86_400_000);
    expect(spanOf("15m")).toBe(900_000);
    expect(spanOf("2026-11-23T09:00:00Z")).toBeUndefined();
    expect(instants({ since: "1h" }, Date.parse("2026-11-23T10:00:00Z"))).toEqual({ since: "2026-11-23T09:00:00.000Z", until: undefined });
    expect(instants({})).toEqual({ since: undefined, until: undefined });
  });
});
