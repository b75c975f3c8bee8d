// What a chart of ours is to the drawing library: lines with gaps and dashes, or bars side by side.
// The tip is drawn on the canvas too: no page of ours takes styles from a script's text.
const DASHES = ["solid", "dashed", "dotted", [10, 3, 2, 3]];
const MARKS = ["circle", "rect", "triangle", "diamond"];

export function optionOf(chart, colour, still) {
  const ink = colour("--ink");
  const soft = colour("--ink-2");
  const line = colour("--line");
  const bars = chart.kind === "bars";
  const names = { type: "category", data: chart.labels, axisLabel: { color: bars ? ink : soft }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } };
  const values = { type: "value", axisLabel: { color: soft, formatter: `{value}${chart.unit}` }, splitLine: { lineStyle: { color: line } }, ...scale(chart) };
  if (bars) Object.assign(names, { inverse: true, axisLabel: { color: ink, width: 128, overflow: "truncate", interval: 0 } });
  return {
    animation: !still,
    animationDuration: 200,
    textStyle: { fontFamily: colour("--font") },
    grid: { left: 8, right: bars ? 40 : 16, top: 14, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("--surface"),
      borderColor: line,
      textStyle: { color: ink },
      axisPointer: { type: bars ? "shadow" : "line" },
      valueFormatter: (value) => (value === null || value === undefined ? "–" : `${value}${chart.unit}`),
    },
    xAxis: bars ? values : names,
    yAxis: bars ? names : values,
    series: chart.series.map((series, place) => ({
      name: series.name,
      type: bars ? "bar" : "line",
      data: series.values.map((value) => (value === null ? "-" : value)),
      color: colour(`--chart-${place}`),
      barMaxWidth: 9,
      barGap: "10%",
      symbol: MARKS[place],
      symbolSize: 6,
      showSymbol: chart.labels.length <= 45,
      lineStyle: { type: DASHES[place], width: 2 },
      label: { show: bars, position: "right", color: soft, fontSize: 10, formatter: ({ value }) => value || "" },
      markLine: place === 0 && chart.target ? { silent: true, symbol: "none", animation: false, data: [{ yAxis: chart.target }], label: { show: false }, lineStyle: { color: colour("--light-red"), type: "solid" } } : undefined,
    })),
  };
}

// Shares begin where there is something to see, in steps of twenty; numbers at nothing.
function scale(chart) {
  if (chart.unit !== "%") return { minInterval: 1 };
  const found = chart.series.flatMap((series) => series.values).filter((value) => value !== null);
  return { min: Math.floor(Math.min(80, ...found) / 20) * 20, max: 100 };
}
