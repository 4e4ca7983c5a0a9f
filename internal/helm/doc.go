// Package helm works on Helm releases: it fetches charts, installs, upgrades,
// rolls back and uninstalls. It is the one package that knows the Helm SDK, so
// that a move to another version of it touches this package alone.
//
// It adds what the SDK lacks for an unattended apply: every operation ends with
// its context, a wait says what is not ready and why, CustomResourceDefinitions
// are upgraded, and a release that an interrupted operation left behind is
// recovered. Nothing is read from the HELM_* and KUBECONFIG variables or from
// Helm's folders, and nothing is printed.
package helm
