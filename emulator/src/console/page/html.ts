import htm from "htm";
import { h, type VNode } from "preact";

/** Preact's elements from template strings. */
export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode;
