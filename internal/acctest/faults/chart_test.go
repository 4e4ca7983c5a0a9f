package faults_test

import (
	"os"
	"path/filepath"
	"testing"
)

// smallChart writes a chart that many releases of can be in one cluster, which
// KEDA's own cannot: with a kind, something cluster-wide and something in the
// release's namespace. It returns its folder.
func smallChart(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "small")
	for name, text := range map[string]string{
		"Chart.yaml":  "apiVersion: v2\nname: keda\nversion: 2.20.2\nappVersion: 2.20.2\n",
		"values.yaml": "changed: false\n",
		"templates/kind.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.{{ .Release.Name }}.example.com
spec:
  group: {{ .Release.Name }}.example.com
  names: {kind: Thing, listKind: ThingList, plural: things, singular: thing}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`,
		"templates/role.yaml": `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .Release.Name }}
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get{{ if .Values.changed }}, list{{ end }}]
`,
		"templates/settings.yaml": `
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  changed: {{ .Values.changed | quote }}
`,
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
