import type { Panel } from "./panel.ts";
import { panels } from "./panels.ts";

const COLUMNS = 24;
const HEIGHTS: Readonly<Record<Panel["type"], number>> = {
  stat: 4,
  table: 7,
  timeseries: 7,
  "state-timeline": 7,
};
const datasource = { type: "prometheus", uid: "$datasource" };

/** A dashboard as Grafana imports it (its JSON model, schema version 39 of Grafana 10.4); newer ones migrate it. Pure. */
export function dashboard(): unknown {
  let id = 0;
  let y = 0;
  const drawn = Object.entries(panels).flatMap(([title, row]) => {
    const heading = {
      id: ++id,
      type: "row",
      title,
      collapsed: false,
      panels: [],
      gridPos: { h: 1, w: COLUMNS, x: 0, y },
    };
    y += 1;
    let x = 0;
    let height = 0;
    const placed = row.map((panel) => {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      const h = HEIGHTS[panel.type];
      const place = { h, w: panel.width, x, y };
      x += panel.width;
      height = Math.max(height, h);
      return { id: ++id, ...drawing(panel), gridPos: place };
    });
    y += height;
    return [heading, ...placed];
  });
  return {
    title: "edge-lab",
    uid: "edge-lab",
    description: "A lab from its power devices to its clusters. docs/metrics.md describes it.",
    tags: ["edge-lab", "redfish", "metal3"],
    schemaVersion: 39,
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    templating: {
      list: [
        { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
        {
          name: "machine",
          label: "Machine",
          type: "query",
          datasource,
          query: { query: "label_values(redfish_device_breaker_state, machine)", refId: "machines" },
          refresh: 2,
          multi: true,
          includeAll: true,
          allValue: ".*",
          current: { text: "All", value: "$__all" },
        },
      ],
    },
    panels: drawn,
  };
}

function drawing({ title, description, type, unit, queries }: Panel): object {
  const isTable = type === "table";
  return {
    type,
    title,
    description,
    datasource,
    fieldConfig: { defaults: unit === undefined ? {} : { unit }, overrides: [] },
    options: type === "timeseries" ? { legend: { displayMode: "list", placement: "bottom" } } : {},
    targets: queries.map(({ expression, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      expr: expression,
      legendFormat: legend,
      instant: isTable,
      range: !isTable,
      format: isTable ? "table" : "time_series",
    })),
  };
}
