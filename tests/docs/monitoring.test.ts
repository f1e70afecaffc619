import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type DescribedMetric, metricsPage, metricTable } from "./support/metric-tables.ts";
import { promql } from "./support/promql.ts";

const folder = join(import.meta.dirname, "../../docs/monitoring");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

const path = z.array(z.string()).min(1);
const stateSet = z.strictObject({ labelName: z.string(), path, list: z.array(z.string()).min(1) });
const gauge = z.strictObject({ path, labelsFromPath: z.record(z.string(), path), valueFrom: path });
/** kube-state-metrics' docs/metrics/extend/customresourcestate-metrics.md, as far as it is used. */
const customResourceState = z.strictObject({
  kind: z.literal("CustomResourceStateMetrics"),
  spec: z.strictObject({
    resources: z.array(
      z.strictObject({
        groupVersionKind: z.strictObject({ group: z.string(), version: z.string(), kind: z.string() }),
        metricNamePrefix: z.string(),
        labelsFromPath: z.record(z.string(), path),
        metrics: z.array(
          z.strictObject({
            name: z.string(),
            help: z.string(),
            each: z.union([
              z.strictObject({ type: z.literal("StateSet"), stateSet }),
              z.strictObject({ type: z.literal("Gauge"), gauge }),
            ]),
          }),
        ),
      }),
    ),
  }),
});

const duration = z.string().regex(/^\d+[smhd]$/);
/** Prometheus' documentation, "Alerting rules"; unknown keys are refused by it, too. */
const rules = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: duration.optional(),
          labels: z.strictObject({ severity: z.enum(["warning", "critical"]) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

const dashboard = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
  templating: z.object({ list: z.array(z.object({ query: z.unknown() })) }),
});

const objects = customResourceState.parse(parse(read("kube-state-metrics.yaml")));
const alerts = rules.parse(parse(read("alerts.yaml"))).groups.flatMap((group) => group.rules);
const { panels, templating } = dashboard.parse(JSON.parse(read("dashboard.json")));

const ofEmulator = metricTable("Metrics of the emulator");
const ofObjects = metricTable("Hosts and clusters");
/** Of every scrape; how many is known by them alone. */
const ofScrapes: DescribedMetric[] = [{ name: "up", type: "gauge", labels: [], meaning: "" }];
const known = new Map([...ofEmulator, ...ofObjects, ...ofScrapes].map((metric) => [metric.name, metric]));

/** A histogram is asked for by its parts, all else by its name. */
function described(name: string): DescribedMetric | undefined {
  const [, family = "", suffix = ""] = /^(\w+?)(_bucket|_sum|_count)?$/.exec(name) ?? [];
  const metric = known.get(suffix === "" ? name : family);
  return metric === undefined || (metric.type === "histogram") !== (suffix !== "") ? undefined : metric;
}

/** Fails for what is not there; returns the labels that its result may have. */
function held(where: string, expression: string): ReadonlySet<string> {
  const { selectors, grouping } = promql(expression.replaceAll("$__rate_interval", "5m"));
  assert.ok(selectors.length > 0, `${where} asks for nothing`);
  const labels = new Set<string>();
  for (const { metric, matchers } of selectors) {
    const found = described(metric);
    assert.ok(found, `${where}: ${metric} is in no table of docs/metrics.md`);
    const own = [...found.labels, "job", "instance", ...(metric.endsWith("_bucket") ? ["le"] : [])];
    for (const label of own) labels.add(label);
    for (const { label, value } of matchers) {
      assert.ok(own.includes(label), `${where}: ${metric} has no label ${label}`);
      // Values of a fixed set; names of machines and the like are anybody's.
      if (!["state", "kind", "call", "outcome", "error", "phase"].includes(label)) continue;
      for (const one of value.split("|")) {
        const words = `${metricsPage}\n${read("kube-state-metrics.yaml")}`;
        assert.match(words, new RegExp(`(\`|- |[[ ])${one}(\`|\\n|[,\\] ])`), `${where}: ${label} ${one}`);
      }
    }
  }
  for (const label of grouping) assert.ok(labels.has(label), `${where}: nothing has a label ${label}`);
  return labels;
}

describe("docs/monitoring", () => {
  for (const { alert, expr, annotations } of alerts) {
    it(`the alert ${alert} asks for what there is, and is told of`, () => {
      const labels = held(alert, expr);
      const text = `${annotations.summary} ${annotations.description}`;
      for (const [, label = ""] of text.matchAll(/\$labels\.(\w+)/g)) assert.ok(labels.has(label), label);
      assert.ok(metricsPage.includes(`| \`${alert}\` |`), `${alert} is not in docs/metrics.md`);
    });
  }

  it("has the four alerts that a lab cannot do without, each once, and the page lists no other", () => {
    const names = alerts.map(({ alert }) => alert);
    assert.equal(new Set(names).size, names.length);
    for (const wanted of ["DeviceLost", "BreakerOpen", "DeviceReadTooOften", "HostStuck"]) {
      assert.ok(names.includes(`EdgeLab${wanted}`), wanted);
    }
    const listed = [...metricsPage.matchAll(/^\| `(EdgeLab\w+)`/gm)].map(([, name]) => name);
    assert.deepEqual(listed.toSorted(), names.toSorted());
  });

  for (const { title, targets } of panels.filter(({ type }) => type !== "row")) {
    it(`the dashboard's panel "${title}" asks for what there is`, () => {
      assert.ok(targets.length > 0);
      for (const { expr, legendFormat } of targets) {
        const labels = held(title, expr);
        for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          assert.ok(labels.has(label), label);
      }
    });
  }

  it("the dashboard's panels lie beside each other, each once", () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x} ${y}`), `${title} lies on another panel`);
          taken.add(`${x} ${y}`);
        }
      }
    }
    const variables = JSON.stringify(templating);
    const [, metric = "", label = ""] = /label_values\((\w+), (\w+)\)/.exec(variables) ?? [];
    assert.ok(described(metric)?.labels.includes(label), variables);
  });

  it("shows every metric of the emulator somewhere", () => {
    const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");
    for (const { name } of ofEmulator) assert.ok(shown.includes(name), name);
  });

  it("kube-state-metrics makes the metrics that the page tells of, with their labels", () => {
    const made = objects.spec.resources.flatMap(({ metricNamePrefix, labelsFromPath, metrics }) =>
      metrics.map(({ name, each }) => {
        const more =
          each.type === "StateSet" ? [each.stateSet.labelName] : Object.keys(each.gauge.labelsFromPath);
        return { name: `${metricNamePrefix}_${name}`, labels: [...Object.keys(labelsFromPath), ...more] };
      }),
    );
    assert.deepEqual(
      made,
      ofObjects.map(({ name, labels }) => ({ name, labels: [...labels] })),
    );
  });

  it("would notice: a metric, a label, a value and a bracket that are not there", () => {
    assert.throws(() => held("x", "redfish_nothing > 1"), /in no table/);
    assert.throws(() => held("x", "redfish_device_call_duration_seconds > 1"), /in no table/);
    assert.throws(() => held("x", 'redfish_machines{machine="a"}'), /no label machine/);
    assert.throws(() => held("x", 'redfish_device_breaker_state{state="ajar"}'), /state ajar/);
    assert.throws(() => held("x", "sum by (color) (redfish_machines)"), /label color/);
    assert.throws(() => held("x", "sum(redfish_machines"), /no PromQL/);
  });
});
