/** A pod's `securityContext`: not root, default seccomp profile. @param userId also the group that volumes are given to. */
export function restrictedPodSecurity(userId: number): object {
  return {
    runAsNonRoot: true,
    runAsUser: userId,
    runAsGroup: userId,
    fsGroup: userId,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}
