/** BareMetalHosts, their secrets, classes and clusters share it: CAPM3 looks for hosts in the Cluster's namespace only. */
export const hostNamespace = "clusters";
