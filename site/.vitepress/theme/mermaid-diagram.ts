import mermaidUrl from "@mermaid-js/tiny/dist/mermaid.tiny.js?url";
import { useData } from "vitepress";
import { defineComponent, h, onMounted, ref, watch } from "vue";

interface Mermaid {
  initialize(options: { startOnLoad: boolean; theme: string }): void;
  render(id: string, code: string): Promise<{ readonly svg: string }>;
}

let loading: Promise<Mermaid> | undefined;
let drawn = 0;

/** Mermaid's own bundle, once and only on pages with a diagram: it is larger than all the rest of the site. */
function loadMermaid(): Promise<Mermaid> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = mermaidUrl;
    script.onload = () => resolve((globalThis as unknown as { mermaid: Mermaid }).mermaid);
    script.onerror = () => reject(new Error(`${mermaidUrl} could not be loaded`));
    document.head.append(script);
  });
  return loading;
}

/** A diagram in the colours of the page; without scripts its text. */
export const MermaidDiagram = defineComponent({
  props: { code: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const svg = ref("");
    const text = decodeURIComponent(props.code);
    const draw = async (): Promise<void> => {
      const mermaid = await loadMermaid();
      mermaid.initialize({ startOnLoad: false, theme: isDark.value ? "dark" : "default" });
      drawn += 1;
      svg.value = (await mermaid.render(`diagram-${drawn}`, text)).svg;
    };
    onMounted(draw);
    watch(isDark, draw);
    return () =>
      svg.value === ""
        ? h("pre", { class: "mermaid-text" }, text)
        : h("div", { class: "mermaid-diagram", innerHTML: svg.value });
  },
});
