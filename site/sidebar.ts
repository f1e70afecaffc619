import type { DefaultTheme } from "vitepress";

const page = (text: string, name: string): DefaultTheme.SidebarItem => ({ text, link: `/${name}` });

/** Every page of docs/, by what its reader is about to do: learn, do something, look something up, understand. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: "Learn",
    items: [
      page("A lab in ten minutes", "tutorial"),
      page("The flight simulator", "flight-simulator"),
      page("Flights", "flights"),
    ],
  },
  {
    text: "Do",
    items: [
      page("The hardware", "hardware"),
      page("The infra cluster", "install-k3s"),
      page("The emulator's image", "emulator-image"),
      page("Everyday changes", "everyday"),
      page("The node image", "node-image"),
      page("Pull requests", "pull-requests"),
      page("Prometheus and Grafana", "metrics"),
      page("A cluster that follows Git", "gitops"),
      page("Loss of the infra node", "backup"),
      page("Taking over a lab", "adopt"),
      page("Decommission", "decommission"),
      page("Writing a driver", "writing-a-driver"),
    ],
  },
  {
    text: "Look up",
    items: [
      page("Configuration", "configuration"),
      page("Every field", "reference/configuration"),
      page("The lab command", "lab-command"),
      page("Every command", "reference/lab"),
      page("The console", "console"),
      page("The emulator", "emulator"),
      page("Redfish", "redfish"),
      page("The sim", "sim"),
      page("Tools and versions", "tools"),
    ],
  },
  {
    text: "Understand",
    items: [
      page("Architecture", "architecture"),
      page("The threat model", "security"),
      page("Beside others", "comparison"),
      page("The Ironic check", "ironic-check"),
      page("The conformance check", "conformance"),
      page("Tests on a real node", "real-node"),
      page("How long a flight takes", "bench-flight"),
      page("The emulator's speed", "emulator-bench"),
      page("The console with a thousand machines", "console-bench"),
    ],
  },
];
