// Package kedachart is how KEDA gets onto the local stack. The stack itself
// holds no KEDA: as on a real cluster, KEDA is there once its Helm chart is
// installed, and what the chart's Deployments ask for then runs.
//
// Two things are here:
//   - A small chart, for machines that cannot reach the repository of KEDA's
//     published chart. It has the published chart's object names and as much of
//     its values as the stack's tests use; its RBAC and flags follow KEDA's
//     module, and its CRDs are rendered from there.
//   - The image table's entries for KEDA's three images. They fit the published
//     chart as well.
package kedachart
