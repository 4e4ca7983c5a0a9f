// Package podrunner is the local stack's kubelet. It owns every pod that is
// bound to a node of the stack: containers whose image is in the image table
// run as local processes, all other containers are simulated.
//
// What behaves as on a real node (the rules are the kubelet's):
//   - volumes from Secrets, ConfigMaps, the downward API and service account
//     tokens, with atomic updates; environment, references and $(VAR) expansion;
//   - init containers, native sidecars, restart policies, back-off, probes over
//     HTTP, HTTPS, TCP and gRPC (by connecting), preStop and postStart sleeps
//     and HTTP hooks, grace periods and the order of termination;
//   - status, conditions, events and logs.
//
// What differs, because there are no containers:
//   - A program sees this machine's file system. Mount paths, addresses of
//     Services and ports of the pod are replaced in arguments and environment
//     by what stands for them here; text inside mounted files is not touched.
//   - The program stands for the image's entrypoint: the first word of command
//     is dropped. A command that is a shell fails, as no image is unpacked.
//   - The environment has no variables for Services but those of the API server.
//   - activeDeadlineSeconds of a pod has no effect; a Job's own has.
//   - Probes and hooks that exec count as passed. Resource limits, users,
//     capabilities and terminationMessagePath have no effect.
//   - Volumes of other kinds (hostPath, claims, CSI) are empty folders.
//   - Every pod has an address of its own, also with hostNetwork; nothing
//     listens on it. LocalAddress tells where a port of a pod really is.
//   - Simulated containers start after a delay and are then ready; in a pod
//     that does not always restart they run for that delay and succeed.
package podrunner
