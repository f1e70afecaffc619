import assert from "node:assert/strict";
import { renderJinja, TemplateError } from "../../../../sim/machine/os/cloud-config/jinja-template.ts";

const metaData = { uuid: "0b0e", "local-hostname": "m920q-1", "metal3-name": "host", n: 3 };
const render = (text: string) => renderJinja(`## template: jinja\n${text}`, metaData);

describe("renderJinja", () => {
  for (const [text, rendered] of [
    ["uuid={{ ds.meta_data.uuid }}", "uuid=0b0e"],
    ["{{ds.meta_data.local_hostname}}", "m920q-1"],
    ['{{ ds.meta_data["metal3-name"] }}', "host"],
    ["{{ ds.meta_data['local-hostname'] }}", "m920q-1"],
    ["{{ v1.local_hostname }} {{ local_hostname | upper }}", "m920q-1 M920Q-1"],
    ["{{ ds.meta_data.n }}", "3"],
    ["{{ ds.meta_data.zone | default('none') }}", "none"],
    ["{{ ds.meta_data.uuid | default('none') }}", "0b0e"],
    ["a{# a comment #}b", "ab"],
    ["{% raw %}{{ kept }} {#list{% endraw %}", "{{ kept }} {#list"],
    ["{{ ds.meta_data.zone }}", "CI_MISSING_JINJA_VAR/zone"],
    ["$1 and $& stay", "$1 and $& stay"],
  ] as const) {
    it(`${text} becomes ${rendered}`, () => assert.equal(render(text), rendered));
  }

  it("leaves a text alone that is no template", () => {
    assert.equal(renderJinja("#cloud-config\n{{ x }}", metaData), "#cloud-config\n{{ x }}");
  });

  it("takes the header away, which is no cloud-config", () => {
    assert.equal(render("#cloud-config\n"), "#cloud-config\n");
  });

  for (const [text, message] of [
    ["a\nb {#list[@]}", /line 2 .*never closed/],
    ["{% if x %}", /statements/],
    ["{{ x | truncate }}", /filter "truncate"/],
    ["{{ 1 + 1 }}", /"1 \+ 1" is not played/],
    ["{{ x", /never closed/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => renderJinja(`## template: jinja\n${text}`, { x: "y" }),
        (error) => error instanceof TemplateError && message.test(error.message),
      );
    });
  }
});
