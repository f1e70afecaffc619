/** The Pulumi project: the namespace of every configuration key, as in `edge-lab:hosts`. */
export const project = "edge-lab";
