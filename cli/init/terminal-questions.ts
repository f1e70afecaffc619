import { confirm, input, password } from "@inquirer/prompts";
import type { Questions } from "./asked-answers.ts";

/** Questions at a terminal. */
export const terminalQuestions: Questions = {
  confirm: (message, yes) => confirm({ message, default: yes }),
  text: (message, preset, validate) => input({ message, validate, ...(preset ? { default: preset } : {}) }),
  hidden: (message, validate) => password({ message, validate, mask: true }),
};
