import type { Panel } from "./panel.ts";

const chosen = 'machine=~"$machine"';

/** The dashboard's panels by its rows, what is asked first on top. */
export const panels: Readonly<Record<string, readonly Panel[]>> = {
  "At a glance": [
    {
      title: "Machines",
      description: "In the emulator's inventory.",
      type: "stat",
      width: 4,
      queries: [{ expression: "sum(redfish_machines)", legend: "machines" }],
    },
    {
      title: "On",
      description: "As a client would be told now.",
      type: "stat",
      width: 4,
      queries: [{ expression: 'sum(redfish_machine_power_state{state="On"})', legend: "on" }],
    },
    {
      title: "Devices that fail",
      description: "Whose circuit breaker is not closed: the emulator asks them less often.",
      type: "stat",
      width: 4,
      queries: [
        {
          expression: 'count(redfish_device_breaker_state{state="closed"} == 0) or vector(0)',
          legend: "failing",
        },
      ],
    },
    {
      title: "Power drawn",
      description: "Sum of what meters show; plugs without one are not in it.",
      type: "stat",
      unit: "watt",
      width: 4,
      queries: [{ expression: "sum(redfish_machine_power_watts)", legend: "all" }],
    },
    {
      title: "Sessions",
      description: "Logins that have not expired. Ironic has one.",
      type: "stat",
      width: 4,
      queries: [{ expression: "redfish_sessions", legend: "sessions" }],
    },
    {
      title: "Store",
      description: "1: it cannot be written.",
      type: "stat",
      width: 4,
      queries: [{ expression: "redfish_store_failing", legend: "failing" }],
    },
  ],
  Hosts: [
    {
      title: "Provisioning state",
      description: "What Metal3 does with each host. Needs kube-state-metrics.",
      type: "state-timeline",
      width: 12,
      queries: [{ expression: "edge_lab_host_state == 1", legend: "{{host}} {{state}}" }],
    },
    {
      title: "Machines and clusters",
      description: "Phase of each machine, and clusters that are not Available. Needs kube-state-metrics.",
      type: "state-timeline",
      width: 12,
      queries: [
        { expression: "edge_lab_machine_phase == 1", legend: "{{machine}} {{phase}}" },
        { expression: 'edge_lab_cluster_condition{type="Available"}', legend: "{{cluster}} Available" },
      ],
    },
    {
      title: "Power",
      description: "1 for the state that a client would be told.",
      type: "state-timeline",
      width: 12,
      queries: [
        { expression: `redfish_machine_power_state{${chosen}} == 1`, legend: "{{machine}} {{state}}" },
      ],
    },
    {
      title: "Age of that knowledge",
      description: "Since the device was last read. It grows while a device is lost.",
      type: "timeseries",
      unit: "s",
      width: 12,
      queries: [{ expression: `redfish_machine_power_state_age_seconds{${chosen}}`, legend: "{{machine}}" }],
    },
    {
      title: "Power drawn",
      description: "By the device's meter.",
      type: "timeseries",
      unit: "watt",
      width: 12,
      queries: [{ expression: `redfish_machine_power_watts{${chosen}}`, legend: "{{machine}}" }],
    },
    {
      title: "Energy of the present day or month",
      description: "By the device's own calendar.",
      type: "timeseries",
      unit: "watth",
      width: 12,
      queries: [
        { expression: `redfish_machine_energy_watt_hours{${chosen}}`, legend: "{{machine}} {{period}}" },
      ],
    },
  ],
  Devices: [
    {
      title: "Calls to devices, a minute",
      description: "What each device is asked. A plug wants few: two reads a minute are the rule.",
      type: "timeseries",
      width: 12,
      queries: [
        {
          expression: `sum by (machine, call) (rate(redfish_device_calls_total{${chosen}}[$__rate_interval])) * 60`,
          legend: "{{machine}} {{call}}",
        },
      ],
    },
    {
      title: "Failed calls, a minute",
      description: "By the kind of error.",
      type: "timeseries",
      width: 12,
      queries: [
        {
          expression: `sum by (machine, kind) (rate(redfish_device_failures_total{${chosen}}[$__rate_interval])) * 60`,
          legend: "{{machine}} {{kind}}",
        },
      ],
    },
    {
      title: "How long calls take",
      description: "19 of 20 are quicker.",
      type: "timeseries",
      unit: "s",
      width: 12,
      queries: [
        {
          expression:
            "histogram_quantile(0.95, sum by (le, driver, call) (rate(redfish_device_call_duration_seconds_bucket[$__rate_interval])))",
          legend: "{{driver}} {{call}}",
        },
      ],
    },
    {
      title: "Circuit breaker",
      description: "open: a pause; half-open: the next call decides.",
      type: "state-timeline",
      width: 12,
      queries: [
        { expression: `redfish_device_breaker_state{${chosen}} == 1`, legend: "{{machine}} {{state}}" },
      ],
    },
    {
      title: "Questions answered without the device",
      description: "Of all for a power state. It is what protects a plug from Ironic's polling.",
      type: "timeseries",
      unit: "percentunit",
      width: 12,
      queries: [
        {
          expression: `sum by (machine) (rate(redfish_power_cache_hits_total{${chosen}}[$__rate_interval])) / (sum by (machine) (rate(redfish_power_cache_hits_total{${chosen}}[$__rate_interval])) + sum by (machine) (rate(redfish_power_cache_misses_total{${chosen}}[$__rate_interval])))`,
          legend: "{{machine}}",
        },
      ],
    },
  ],
  "The service": [
    {
      title: "Requests, a second",
      description: "By answer.",
      type: "timeseries",
      unit: "reqps",
      width: 8,
      queries: [
        {
          expression: "sum by (status) (rate(redfish_http_request_duration_seconds_count[$__rate_interval]))",
          legend: "{{status}}",
        },
      ],
    },
    {
      title: "How long answers take",
      description: "Half of them, and 99 of 100, are quicker.",
      type: "timeseries",
      unit: "s",
      width: 8,
      queries: [0.5, 0.99].map((quantile) => ({
        expression: `histogram_quantile(${quantile}, sum by (le) (rate(redfish_http_request_duration_seconds_bucket[$__rate_interval])))`,
        legend: `p${quantile * 100}`,
      })),
    },
    {
      title: "Logins, a minute",
      description: "Checked passwords. held-back: the source guessed too often.",
      type: "timeseries",
      width: 8,
      queries: [
        {
          expression: "sum by (outcome) (rate(redfish_logins_total[$__rate_interval])) * 60",
          legend: "{{outcome}}",
        },
      ],
    },
    {
      title: "Writes of the store",
      description: "How long the slowest of 100 took, and how many a minute.",
      type: "timeseries",
      width: 8,
      queries: [
        {
          expression:
            "histogram_quantile(0.99, sum by (le) (rate(redfish_store_commit_duration_seconds_bucket[$__rate_interval])))",
          legend: "seconds",
        },
        {
          expression: "sum by (outcome) (rate(redfish_store_commits_total[$__rate_interval])) * 60",
          legend: "{{outcome}} a minute",
        },
      ],
    },
    {
      title: "Memory",
      description: "Of its process.",
      type: "timeseries",
      unit: "bytes",
      width: 8,
      queries: [{ expression: 'process_resident_memory_bytes{job="edge-lab-emulator"}', legend: "resident" }],
    },
    {
      title: "Since",
      description: "When it was started, and what runs.",
      type: "table",
      width: 8,
      queries: [
        { expression: 'time() - process_start_time_seconds{job="edge-lab-emulator"}', legend: "seconds up" },
        { expression: "redfish_build_info", legend: "{{version}} on Node {{node}}" },
      ],
    },
  ],
};
